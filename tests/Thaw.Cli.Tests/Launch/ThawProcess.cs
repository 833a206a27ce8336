using System.Diagnostics;
using System.Globalization;
using Thaw.Learning.Distribution;

namespace Thaw.Cli.Tests.Launch;

/// <summary>The program as a process of its own.</summary>
internal sealed class ThawProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private ThawProcess(Process process) => (_process, _output, _error) = (process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <param name="rank">Null is a process that is alone.</param>
    public static ThawProcess Start(RankEnvironment? rank, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };

        // The bytes of a run depend on the number of threads.
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in rank?.Variables() ?? [])
        {
            start.Environment[name] = value;
        }

        return new ThawProcess(Process.Start(start)!);
    }

    /// <summary>All ranks of a job.</summary>
    public static ThawProcess[] StartRanks(int count, int port, params IReadOnlyList<string> arguments) => count == 1
        ? [Start(null, arguments)]
        : [.. Enumerable.Range(0, count).Select(rank => Start(new RankEnvironment(rank, count, rank, "127.0.0.1", port), arguments))];

    /// <summary>The processes that this one has started.</summary>
    public IReadOnlyList<int> Children => [.. Directory.EnumerateDirectories($"/proc/{Id}/task")
        .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    public void Kill() => _process.Kill();

    public static void Signal(string name, int id)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end of the process.</summary>
    public async Task<CommandRun> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return new CommandRun(_process.ExitCode, await _output.WaitAsync(s_patience), await _error.WaitAsync(s_patience));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
