using System.Text.Json;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Cli;

/// <summary>What a person is told about an exception.</summary>
/// <param name="Line">One line, without the leading <c>thaw: </c>.</param>
/// <param name="IsExpected">False for a bug in this program.</param>
internal sealed record Failure(int ExitCode, string Line, bool IsExpected)
{
    // Raw errno values on Linux; .NET passes them on as HResult where it has no exception of its own for them.
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaExceeded = 122;

    private const int LongestLine = 2000;

    public static Failure Of(Exception error) => error switch
    {
        AggregateException { InnerExceptions: [var first, ..] } => Of(first),
        UsageException => new(Cli.ExitCode.Usage, OneLine(error.Message), true),
        InterruptedException => new(Cli.ExitCode.Interrupted, OneLine(error.Message), true),
        OperationCanceledException => new(Cli.ExitCode.Interrupted, "interrupted; run the same command again to go on", true),
        IOException { HResult: NoSpace or QuotaExceeded } => Expected($"the disk is full: {error.Message}"),
        IOException { HResult: ReadOnlyFileSystem } => Expected($"cannot write: {error.Message}"),
        UnauthorizedAccessException when FolderIn(error.Message) is { } folder => Expected($"{folder}: is a folder, not a file."),
        ArgumentException argument => Expected(WithoutParameter(argument)),
        DllNotFoundException => Expected($"the bridge to libtorch could not be loaded; start the program as ./thaw, which builds it. {error.Message}"),
        IOException or UnauthorizedAccessException or FormatException or InvalidDataException or JsonException or TorchException or TrainingStoppedException =>
            Expected(error.Message),
        _ => new(Cli.ExitCode.Failed, $"{OneLine(error.Message)} (this is a bug: {error.GetType().Name}; THAW_DEBUG=1 shows where)", false),
    };

    private static Failure Expected(string message) => new(Cli.ExitCode.Failed, OneLine(message), true);

    // Opening a folder is refused in the words of a missing permission: "Access to the path '/tmp' is denied."
    private static string? FolderIn(string message) => message.Split('\'') is [_, var path, _] && Directory.Exists(path) ? path : null;

    // A message quotes what it complains of, and a file of a stranger may have a name or a number of megabytes there.
    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return line.Length <= LongestLine ? line : $"{line[..(LongestLine / 2)]} ... {line[^(LongestLine / 2)..]}";
    }

    // "(Parameter 'x')" names a variable of ours, which says nothing to the reader.
    private static string WithoutParameter(ArgumentException error) =>
        error.ParamName is { } name ? error.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : error.Message;
}
