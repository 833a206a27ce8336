using System.Diagnostics;
using Thaw.Core.Randomness;

namespace Thaw.Cli.Tests.Launch;

/// <summary>Training that is killed again and again ends with the bytes of one that was left alone.</summary>
public sealed class SurvivalTests : IDisposable
{
    private const int Steps = 60;
    private const int Kills = 10;

    /// <summary>Starts in all: on a machine that gives the killer no time, a run may end before it is killed, which counts for nothing.</summary>
    private const int MostStarts = 3 * Kills;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sft", 1)]
    [InlineData("sft", 2)]
    [InlineData("grpo", 1)]
    [InlineData("grpo", 2)]
    public async Task Training_KilledTenTimesAtRandomSteps_EndsWithTheBytesOfAnUndisturbedRun(string verb, int ranks)
    {
        var model = TinyJob.WriteModel(_folder.Path);
        var (undisturbed, killed, before) = (Path.Combine(_folder.Path, "undisturbed"), Path.Combine(_folder.Path, "killed"), Path.Combine(_folder.Path, "before"));
        await FinishAsync(ranks, Arguments(undisturbed));

        // A start is killed when it has reached the step, some milliseconds later: within a step, while a checkpoint is written, ...
        var random = SplitMix64.For(1, $"kills/{verb}/{ranks}");
        var steps = new Queue<int>(Enumerable.Range(0, Kills).Select(_ => 1 + random.NextInt(Steps / 2)).Order());
        for (var starts = 0; steps.TryPeek(out var step); starts++)
        {
            Assert.True(starts < MostStarts, $"Killed {Kills - steps.Count} times in {starts} starts; every other one ended first.");
            Replace(before, killed);
            if (await KillAsync(step, random.NextInt(ranks), TimeSpan.FromMilliseconds(random.NextInt(15))))
            {
                steps.Dequeue();
            }
            else
            {
                Replace(killed, before);
            }
        }

        await FinishAsync(ranks, Arguments(killed));
        Assert.Equal(TinyJob.Checkpoint(undisturbed, Steps), TinyJob.Checkpoint(killed, Steps));

        IReadOnlyList<string> Arguments(string output) => verb == "sft" ? TinyJob.Sft(model, output, ranks, Steps) : TinyJob.Grpo(model, output, ranks, Steps);

        // False is a run that ended first.
        async Task<bool> KillAsync(int step, int rank, TimeSpan delay)
        {
            var began = DateTime.UtcNow;
            var processes = ThawProcess.StartRanks(ranks, SideBySide.FreePort(), Arguments(killed));
            try
            {
                // What an earlier start has written does not count.
                var metrics = Path.Combine(killed, "metrics.jsonl");
                while (!processes[rank].HasEnded && !(File.Exists(metrics) && File.GetLastWriteTimeUtc(metrics) > began && TinyJob.StepOf(killed) >= step))
                {
                    await Task.Delay(1);
                }

                await Task.Delay(delay);
                processes[rank].Kill();
                var clock = Stopwatch.StartNew();
                var ends = await Task.WhenAll(processes.Select(process => process.EndAsync()));
                if (ends.Any(end => end.Code == ExitCode.Ok))
                {
                    return false;
                }

                Assert.Equal(137, ends[rank].Code);
                foreach (var other in ends.Where((_, number) => number != rank))
                {
                    Assert.Equal(ExitCode.Failed, other.Code);
                    Assert.StartsWith($"thaw: Rank {rank} is gone", other.ErrorLines[^1], StringComparison.Ordinal);
                }

                Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
                return true;
            }
            finally
            {
                Array.ForEach(processes, process => process.Dispose());
            }
        }
    }

    /// <summary>Makes a folder a copy of another, which need not exist.</summary>
    private static void Replace(string folder, string source)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var file in Directory.Exists(source) ? Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories) : [])
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static async Task FinishAsync(int ranks, IReadOnlyList<string> arguments)
    {
        var processes = ThawProcess.StartRanks(ranks, SideBySide.FreePort(), arguments);
        foreach (var process in processes)
        {
            using var owned = process;
            var end = await process.EndAsync();
            Assert.True(end.Code == ExitCode.Ok, end.Error);
        }
    }
}
