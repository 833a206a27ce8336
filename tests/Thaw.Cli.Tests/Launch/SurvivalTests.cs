using System.Diagnostics;
using Thaw.Core.Randomness;
using Thaw.Testing;

namespace Thaw.Cli.Tests.Launch;

/// <summary>Training that is killed again and again ends with the bytes of one that was left alone.</summary>
public sealed class SurvivalTests : IDisposable
{
    private const int Steps = 30;
    private const int Kills = 10;

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
        var (undisturbed, killed) = (Path.Combine(_folder.Path, "undisturbed"), Path.Combine(_folder.Path, "killed"));
        await FinishAsync(ranks, Arguments(undisturbed));

        // A start is killed when it has reached the step, some milliseconds later: within a step, while a checkpoint is written, ...
        var random = SplitMix64.For(1, $"kills/{verb}/{ranks}");
        var steps = Enumerable.Range(0, Kills).Select(_ => 1 + random.NextInt(Steps - 6)).Order().ToList();
        foreach (var step in steps)
        {
            await KillAsync(step, random.NextInt(ranks), TimeSpan.FromMilliseconds(random.NextInt(15)));
        }

        await FinishAsync(ranks, Arguments(killed));
        Assert.Equal(TinyJob.Checkpoint(undisturbed, Steps), TinyJob.Checkpoint(killed, Steps));

        IReadOnlyList<string> Arguments(string output) => verb == "sft" ? TinyJob.Sft(model, output, ranks, Steps) : TinyJob.Grpo(model, output, ranks, Steps);

        async Task KillAsync(int step, int rank, TimeSpan delay)
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
                Assert.Equal(137, (await processes[rank].EndAsync()).Code);
                foreach (var other in processes.Where((_, number) => number != rank))
                {
                    var end = await other.EndAsync();
                    Assert.Equal(ExitCode.Failed, end.Code);
                    Assert.StartsWith($"thaw: Rank {rank} is gone", end.ErrorLines[^1], StringComparison.Ordinal);
                    Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
                }
            }
            finally
            {
                Array.ForEach(processes, process => process.Dispose());
            }
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
