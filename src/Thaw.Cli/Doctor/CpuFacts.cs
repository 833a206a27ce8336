namespace Thaw.Cli.Doctor;

/// <summary>The processor as Linux describes it.</summary>
/// <param name="Features">Those of <see cref="Asked"/> that it has.</param>
/// <param name="PhysicalCores">Of the whole machine, without hyper-threads.</param>
internal sealed record CpuFacts(string Model, IReadOnlyList<string> Features, int PhysicalCores, int LogicalCores)
{
    /// <summary>The features that decide how fast matrices are multiplied, in the spelling of /proc/cpuinfo.</summary>
    public static IReadOnlyList<string> Asked { get; } = ["avx2", "avx512f", "avx512_bf16", "amx_bf16"];

    public bool Has(string feature) => Features.Contains(feature);

    public static CpuFacts Read() => Parse(File.ReadAllText("/proc/cpuinfo"));

    /// <param name="cpuinfo">The text of /proc/cpuinfo; what it lacks is left empty, cores are counted as processors then.</param>
    public static CpuFacts Parse(string cpuinfo)
    {
        var processors = cpuinfo.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(Fields)
            .Where(fields => fields.ContainsKey("processor"))
            .ToList();
        var first = processors.FirstOrDefault() ?? [];
        var flags = first.GetValueOrDefault("flags", "").Split(' ');
        var cores = processors.Select(fields => (fields.GetValueOrDefault("physical id"), fields.GetValueOrDefault("core id", fields["processor"])));
        return new CpuFacts(
            first.GetValueOrDefault("model name", "unknown"),
            [.. Asked.Where(flags.Contains)],
            Math.Max(1, cores.Distinct().Count()),
            Math.Max(1, processors.Count));
    }

    private static Dictionary<string, string> Fields(string block) =>
        block.Split('\n')
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1]);
}
