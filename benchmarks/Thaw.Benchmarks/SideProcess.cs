using System.Diagnostics;
using System.Text.Json;
using Thaw.Core.Storage;

namespace Thaw.Benchmarks;

/// <summary>One side of a comparison in a process of its own, so that its peak memory is its own. It waits between rounds, and inherits this environment, so settings are the same.</summary>
/// <typeparam name="TRound">What it answers for each round, as one line of JSON.</typeparam>
internal sealed class SideProcess<TRound> : IDisposable
{
    private readonly string _name;
    private readonly Process _process;

    private SideProcess(string name, string program, IEnumerable<string> arguments)
    {
        _name = name;
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
    }

    /// <summary>This program with a hidden verb, which must end in <see cref="SideProcess.Serve"/>.</summary>
    public static SideProcess<TRound> OfThaw(string verb, params IEnumerable<string> arguments) =>
        new(verb, "dotnet", [typeof(SideProcess).Assembly.Location, verb, .. arguments]);

    /// <param name="script">Beside this program.</param>
    public static SideProcess<TRound> OfPython(string script, params IEnumerable<string> arguments) =>
        new(script, Environment.GetEnvironmentVariable("PYTHON") ?? "/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, script), .. arguments]);

    /// <exception cref="InvalidOperationException">The process ended; what it had to say is on stderr.</exception>
    public TRound Run(string command = "round")
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{_name} ended before the round did.");
        return JsonSerializer.Deserialize<TRound>(line, JsonFormat.Line)!;
    }

    public void Dispose()
    {
        // End of input ends it.
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}

/// <summary>The other end of <see cref="SideProcess{TRound}"/>.</summary>
internal static class SideProcess
{
    /// <summary>A round for each line of input, until it ends.</summary>
    public static int Serve<TRound>(Func<TRound> round)
    {
        while (Console.In.ReadLine() is not null)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(round(), JsonFormat.Line));
            Console.Out.Flush();
        }

        return 0;
    }
}
