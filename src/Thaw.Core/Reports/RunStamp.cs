namespace Thaw.Core.Reports;

/// <summary>What made the numbers: enough to make them again.</summary>
public sealed record RunStamp
{
    public required string Title { get; init; }

    /// <summary>Of the program; ends in <c>-dirty</c> where the working tree held changes that it does not.</summary>
    public required string Commit { get; init; }

    /// <summary>As a shell takes it, from the folder that <see cref="Machine"/> names.</summary>
    public required string CommandLine { get; init; }

    /// <summary>The resolved configuration, every key written out.</summary>
    public required string Configuration { get; init; }

    public required IReadOnlyList<LibraryVersion> Libraries { get; init; }

    /// <summary><c>2 cores, bfloat16</c> or the name of the GPU.</summary>
    public required string Device { get; init; }

    public IReadOnlyList<string> CpuFeatures { get; init; } = [];

    /// <summary>What else of the machine decides about bits and speed: threads, the library that multiplies, variables that steer it.</summary>
    public IReadOnlyDictionary<string, string> Machine { get; init; } = new Dictionary<string, string>();

    /// <summary>The files and generated data that the run has read.</summary>
    public IReadOnlyList<RunInput> Inputs { get; init; } = [];

    /// <summary>The training seeds.</summary>
    public required IReadOnlyList<ulong> Seeds { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>Of the run that wrote the report; a resumed or reused study took longer in all.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Starts that this one went on from and that were told something else, the first one first: to make the numbers again, do what they did, too.</summary>
    public IReadOnlyList<EarlierStart> EarlierStarts { get; init; } = [];
}

/// <summary>A start of a run before the one that a stamp is of.</summary>
public sealed record EarlierStart(string Commit, string CommandLine, string Configuration, DateTimeOffset Started);

/// <summary>A library that the numbers depend on.</summary>
public sealed record LibraryVersion(string Name, string Version);
