using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Thaw.Learning.Distribution;

namespace Thaw.Cli.Launch;

/// <summary>Several ranks on this machine, each a process of this program.</summary>
/// <param name="arguments">The verb that each rank runs, with its flags.</param>
/// <param name="command">The command line of the whole job, for its record.</param>
/// <param name="error">Where the other ranks than 0, whose output is this process's own, are heard.</param>
internal sealed class RankJob(int count, IReadOnlyList<string> arguments, string command, TextWriter error)
{
    /// <summary>How long the others may take to end by themselves after one has failed; they notice within seconds.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(30);

    /// <returns>The exit code of the rank that ended the job: 0 where all succeeded.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var port = FreePort();
        var ranks = Enumerable.Range(0, count).Select(rank => Start(new RankEnvironment(rank, count, rank, IPAddress.Loopback.ToString(), port))).ToList();
        try
        {
            await using var forwarding = cancellation.Register(() => Terminate(ranks));
            return await EndAsync(ranks);
        }
        finally
        {
            foreach (var rank in ranks)
            {
                if (!rank.HasExited)
                {
                    rank.Kill(entireProcessTree: true);
                }

                rank.Dispose();
            }
        }
    }

    private async Task<int> EndAsync(List<Process> ranks)
    {
        var ends = ranks.Select((rank, number) => WaitAsync(rank, number)).ToList();
        var (code, patience) = (ExitCode.Ok, Timeout.InfiniteTimeSpan);
        while (ends.Count > 0)
        {
            var end = await Task.WhenAny(Task.WhenAny(ends), Task.Delay(patience));
            if (end is not Task<Task<(int Rank, int Code)>> first)
            {
                await error.WriteLineAsync($"thaw: the other ranks did not end within {s_grace.TotalSeconds:0} s and are killed");
                return code;
            }

            ends.Remove(await first);
            var (rank, own) = await await first;
            if (own != ExitCode.Ok && code == ExitCode.Ok)
            {
                (code, patience) = (own > ExitCode.Interrupted ? ExitCode.Failed : own, s_grace);
                if (own > ExitCode.Interrupted)
                {
                    // It could not say anything itself.
                    await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"thaw: rank {rank} was ended by signal {own - 128}"));
                }
            }
        }

        return code;
    }

    private static async Task<(int Rank, int Code)> WaitAsync(Process process, int rank)
    {
        await process.WaitForExitAsync();
        return (rank, process.ExitCode);
    }

    private Process Start(RankEnvironment rank)
    {
        var isFirst = rank.Rank == 0;
        var own = Environment.ProcessPath!;
        var start = new ProcessStartInfo(own) { RedirectStandardOutput = !isFirst, RedirectStandardError = !isFirst };

        // Started as `dotnet thaw.dll`, the program is its first argument.
        if (Path.GetFileNameWithoutExtension(own) != "thaw")
        {
            start.ArgumentList.Add(typeof(Program).Assembly.Location);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in rank.Variables().Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value)).Concat(LauncherLink.VariablesFor(command)))
        {
            start.Environment[name] = value;
        }

        start.Environment["OMP_NUM_THREADS"] = ThreadsOfARank(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), Environment.ProcessorCount, count)
            .ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(start)!;
        if (!isFirst)
        {
            process.OutputDataReceived += (_, line) => Pass(rank.Rank, line.Data);
            process.ErrorDataReceived += (_, line) => Pass(rank.Rank, line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        return process;
    }

    private void Pass(int rank, string? line)
    {
        if (line is not null)
        {
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[rank {rank}] {line}"));
        }
    }

    /// <param name="all">The threads that the whole job would have, as <c>OMP_NUM_THREADS</c> says; null for one a core.</param>
    internal static int ThreadsOfARank(string? all, int cores, int ranks) =>
        Math.Max(1, (int.TryParse(all, NumberStyles.None, CultureInfo.InvariantCulture, out var threads) ? threads : cores) / ranks);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // .NET sends no signal but SIGKILL; a shell has kill built in. Not SIGINT: what was started in the background of a script ignores it.
    private static void Terminate(IEnumerable<Process> ranks)
    {
        var ids = string.Join(' ', ranks.Where(rank => !rank.HasExited).Select(rank => rank.Id.ToString(CultureInfo.InvariantCulture)));
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {ids} 2>/dev/null"]);
        kill.WaitForExit();
    }
}
