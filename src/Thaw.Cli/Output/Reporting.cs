using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Thaw.Cli.Launch;
using Thaw.Cli.Provenance;

namespace Thaw.Cli.Output;

/// <summary>Where a verb says things: text for people, progress, and one JSON object for programs.</summary>
/// <remarks>With <c>--json</c> stdout carries the object alone and all text goes to stderr.</remarks>
internal sealed class Reporting : IDisposable
{
    private static readonly JsonSerializerOptions s_oneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly bool _json;
    private IProgressDisplay? _progress;

    public Reporting(TextWriter output, TextWriter error, bool json)
    {
        _output = output;
        _error = error;
        _json = json;
    }

    /// <summary>The reporting of a verb that was called with or without <paramref name="json"/>.</summary>
    public static Reporting For(ParseResult parsed, Option<bool> json) =>
        new(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(json)) { CommandLine = LauncherLink.JobCommandOrNull ?? CommandLineText.Of(parsed) };

    /// <summary>What the run was started with, for its record.</summary>
    public string CommandLine { get; init; } = "thaw";

    /// <summary>Bars where stderr is a terminal, lines elsewhere. Made at the first use, gone at the first <see cref="Say"/> after it.</summary>
    public IProgressDisplay Progress => _progress ??= CreateProgress();

    /// <summary>A line of the result: stdout, or stderr with <c>--json</c>. Ends a running progress display.</summary>
    public void Say(string line)
    {
        EndProgress();
        (_json ? _error : _output).WriteLine(line);
    }

    /// <summary>A result that is a text, to the byte; without a line break of its own. Stdout, and nothing with <c>--json</c>, whose object holds it.</summary>
    public void Write(string text)
    {
        EndProgress();
        if (!_json)
        {
            _output.Write(text);
        }
    }

    /// <summary>A remark on the way: always stderr, above running bars.</summary>
    public void Note(string line)
    {
        if (_progress is null)
        {
            _error.WriteLine(line);
        }
        else
        {
            _progress.Say(line);
        }
    }

    /// <summary>The machine-readable result; call it once, last. Without <c>--json</c> it does nothing.</summary>
    public void Result(JsonObject result)
    {
        EndProgress();
        if (_json)
        {
            _output.WriteLine(result.ToJsonString(s_oneLine));
        }
    }

    public void Dispose() => EndProgress();

    private void EndProgress()
    {
        _progress?.Dispose();
        _progress = null;
    }

    // A writer that is not the console's own belongs to a test or a pipe of ours.
    private IProgressDisplay CreateProgress() =>
        Console.IsErrorRedirected || !ReferenceEquals(_error, Console.Error) || Environment.GetEnvironmentVariable("CI") is { Length: > 0 }
            ? new PlainProgress(_error, TimeProvider.System, TimeSpan.FromSeconds(5))
            : new TerminalProgress(TerminalConsole(), TimeProvider.System);

    private IAnsiConsole TerminalConsole() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(_error),
        ColorSystem = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
    });
}
