using Thaw.Learning.Checkpoints;
using Thaw.Learning.Models;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Training;

/// <summary>Runs that were interrupted in some way against one that was not: same weights, moments and metrics, bit by bit.</summary>
public sealed class TrainingLoopTests : IDisposable
{
    private const int Last = 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OptimizerKind.Adamw, 3)]
    [InlineData(OptimizerKind.Adamw, 8)]
    [InlineData(OptimizerKind.Muon, 6)]
    public void Run_CancelledAtAStep_SavesItAndGoesOnFromThere(OptimizerKind kind, int step)
    {
        var undisturbed = RunAll("undisturbed", kind);
        using var cancellation = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => Run("cancelled", kind, s =>
        {
            if (s == step)
            {
                cancellation.Cancel();
            }
        }, cancellation: cancellation.Token));

        Assert.True(Directory.Exists(_folder[$"cancelled/checkpoint-{step}"]));
        var asked = new List<int>();
        Run("cancelled", kind, asked.Add);
        Assert.Equal(Enumerable.Range(step + 1, Last - step), asked);
        AssertSame(undisturbed, RunAll("cancelled", kind));
    }

    [Theory]
    [InlineData(2)] // Before the first checkpoint, which is at step 4.
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(10)]
    public void Run_KilledInAStep_GoesOnFromTheLastWholeCheckpoint(int step)
    {
        var undisturbed = RunAll("undisturbed");
        Assert.Throws<Killed>(() => Run("killed", beforeStep: s => ThrowAt(s, step)));

        // What a kill leaves behind besides: a half-written checkpoint that is newer than any whole one, and half a line.
        var half = Directory.CreateDirectory(_folder["killed/checkpoint-9.123.tmp"]).FullName;
        File.WriteAllText(Path.Combine(half, "model.safetensors"), "half");
        File.AppendAllText(_folder["killed/metrics.jsonl"], $$"""{"step":{{step}},"lo""");

        AssertSame(undisturbed, RunAll("killed"));
        Assert.False(Directory.Exists(half));
    }

    [Fact]
    public void Run_KilledTwice_EndsTheSame()
    {
        var undisturbed = RunAll("undisturbed");
        Assert.Throws<Killed>(() => Run("killed", beforeStep: s => ThrowAt(s, 6)));
        Assert.Throws<Killed>(() => Run("killed", beforeStep: s => ThrowAt(s, 9)));

        AssertSame(undisturbed, RunAll("killed"));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(Last)]
    public void Run_CancelledInAnEvaluation_LosesNoStepAndEvaluatesAgain(int step)
    {
        var undisturbed = RunAll("undisturbed");
        for (var times = 0; times < 2; times++)
        {
            Assert.Throws<OperationCanceledException>(() => Run("cancelled", evaluating: s => ThrowCancelledAt(s, step)));
        }

        var (asked, evaluated) = (new List<int>(), new List<int>());
        Run("cancelled", beforeStep: asked.Add, evaluating: evaluated.Add);
        Assert.Equal(Enumerable.Range(step + 1, Last - step), asked);
        Assert.Equal(new[] { 6, 9, Last }.Where(s => s >= step), evaluated);
        AssertSame(undisturbed, RunAll("cancelled"));
    }

    [Fact]
    public void Run_AgainWhenFinished_DoesNothing()
    {
        RunAll("run");
        var before = TemporaryFolder.ContentOf(_folder["run"]);
        var times = Directory.EnumerateFiles(_folder["run/checkpoint-10"]).Select(File.GetLastWriteTimeUtc).ToList();

        Run("run", beforeStep: step => Assert.Fail($"Step {step} was computed again."));

        Assert.Equal(before, TemporaryFolder.ContentOf(_folder["run"]));
        Assert.Equal(times, Directory.EnumerateFiles(_folder["run/checkpoint-10"]).Select(File.GetLastWriteTimeUtc));
    }

    [Fact]
    public void Run_WithALimit_KeepsTheNewestCheckpoints()
    {
        RunAll("run");

        Assert.Equal(["checkpoint-10", "checkpoint-8"], Directory.EnumerateDirectories(_folder["run"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Run_NeverResuming_StartsAnew()
    {
        var undisturbed = RunAll("undisturbed");
        Assert.Throws<Killed>(() => Run("killed", beforeStep: s => ThrowAt(s, 6)));
        var asked = new List<int>();

        Run("killed", beforeStep: asked.Add, resume: "never");

        Assert.Equal(Enumerable.Range(1, Last), asked);
        AssertSame(undisturbed, RunAll("killed"));
    }

    [Fact]
    public void Run_NeverResumingInTheFolderOfALongerRun_KeepsItsOwnCheckpointsAndSetsThoseAside()
    {
        var undisturbed = RunAll("undisturbed");
        RunAll("again");

        Assert.Throws<Killed>(() => Run("again", beforeStep: s => ThrowAt(s, 6), resume: "never"));

        Assert.Equal(["checkpoint-10.old", "checkpoint-4", "checkpoint-8.old"], Directory.EnumerateDirectories(_folder["again"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        AssertSame(undisturbed, RunAll("again"));
    }

    [Fact]
    public void Run_OnACheckpointOfAnotherShape_NamesFileAndTensor()
    {
        RunAll("run");
        using var other = Decoder.Fresh(TinyModels.Config with { Width = 24 }, 1);
        var job = Job("run", OptimizerKind.Adamw, null, null, "auto");
        using var own = job.Model;

        var error = Assert.Throws<InvalidDataException>(() => TrainingLoop.Run(job with { Model = other }, null, default));

        Assert.Contains("checkpoint-10/model.safetensors: tensor 'model.embed_tokens.weight' has shape [40, 16]", error.Message, StringComparison.Ordinal);
    }

    private static void ThrowAt(int step, int at)
    {
        if (step == at)
        {
            throw new Killed();
        }
    }

    private static void ThrowCancelledAt(int step, int at)
    {
        if (step == at)
        {
            throw new OperationCanceledException();
        }
    }

    private (SortedDictionary<string, byte[]> Files, IReadOnlyList<string> Metrics) RunAll(string name, OptimizerKind kind = OptimizerKind.Adamw)
    {
        var checkpoint = Run(name, kind);
        Assert.Equal(_folder[$"{name}/checkpoint-10"], checkpoint);
        return (TemporaryFolder.ContentOf(checkpoint), [.. MetricsFile.Read(_folder[name]).Select(Describe)]);
    }

    // How long something took differs from run to run.
    private static string Describe((int Step, IReadOnlyDictionary<string, double> Values) record) =>
        $"{record.Step}: {string.Join(", ", record.Values.Where(v => !MetricsFile.IsTime(v.Key)).Select(v => $"{v.Key}={v.Value:R}"))}";

    private static void AssertSame(
        (SortedDictionary<string, byte[]> Files, IReadOnlyList<string> Metrics) expected, (SortedDictionary<string, byte[]> Files, IReadOnlyList<string> Metrics) actual)
    {
        Assert.Equal(expected.Metrics, actual.Metrics);
        Assert.Equal(expected.Files, actual.Files);
    }

    private string Run(
        string name,
        OptimizerKind kind = OptimizerKind.Adamw,
        Action<int>? beforeStep = null,
        Action<int>? evaluating = null,
        string resume = "auto",
        CancellationToken cancellation = default)
    {
        var job = Job(name, kind, beforeStep, evaluating, resume);
        using (job.Model)
        {
            return TrainingLoop.Run(job, null, cancellation);
        }
    }

    private TrainingJob Job(string name, OptimizerKind kind, Action<int>? beforeStep, Action<int>? evaluating, string resume)
    {
        var options = new SftOptions
        {
            ModelNameOrPath = "none",
            OutputDir = _folder[name],
            MaxSteps = Last,
            SaveSteps = 4,
            LoggingSteps = 1,
            SaveTotalLimit = 2,
            MicroBatchSize = 2,
            LearningRate = 0.01,
            Optim = kind,
            ResumeFromCheckpoint = resume,
            EvalSteps = 3,
            EvalSplits = ["id"],
            EvalMaxTimeShare = 1, // Evaluations that the clock puts off would differ from run to run.
        };
        return new TrainingJob("training", options, TinyModels.Fresh(), RowsOf, folder => File.WriteAllText(Path.Combine(folder, DecoderFolder.ConfigName), "{}"))
        {
            Evaluate = (step, _) =>
            {
                evaluating?.Invoke(step);
                return (new Dictionary<string, double> { ["eval/x"] = step }, "x");
            },
        };

        IReadOnlyList<TrainingExample> RowsOf(int step)
        {
            beforeStep?.Invoke(step);
            return [.. Enumerable.Range(0, 3).Select(i => TinyModels.Example($"{step}/{i}", 4 + i, 2 + i))];
        }
    }

    private sealed class Killed : Exception;
}
