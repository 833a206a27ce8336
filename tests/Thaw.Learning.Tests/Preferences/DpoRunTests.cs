using Thaw.Core.Progress;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Objectives;
using Thaw.Learning.Preferences;
using Thaw.Learning.Tests.Collecting;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Preferences;

public sealed class DpoRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _start;

    public DpoRunTests()
    {
        _start = WarmTeacher.Write(_folder["base"], _folder["warm"]);
        File.WriteAllLines(_folder["pairs.jsonl"], Enumerable.Range(0, 8).Select(i =>
            $$"""{"prompt":"Room {{i}}: which way?","chosen":"<answer>Up</answer>","rejected":"<answer>Left or Down {{i % 3}}</answer>"}"""));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_AtTheFirstStep_StandsAtTheReference()
    {
        DpoRun.Run(Options("dpo") with { MaxSteps = 1 }, "test", null, default);

        // The trainer's own forward pass on the reference's weights, in batches of another shape: float32 rounding.
        var first = MetricsFile.Read(_folder["dpo"]).Single().Values;
        Assert.Equal(Math.Log(2), first["loss"], 1e-5);
        Assert.Equal(0, first["rewards/margins"], 1e-5);
        Assert.True(first["logps/chosen"] < 0);
    }

    [Fact]
    public void Run_SomeSteps_TellsThePairsApart()
    {
        DpoRun.Run(Options("dpo") with { MaxSteps = 12 }, "test", null, default);

        var last = MetricsFile.Read(_folder["dpo"])[^1].Values;
        Assert.Equal(1, last["rewards/accuracies"]);
        Assert.InRange(last["loss"], 0, 0.5);
        Assert.Equal(last["rewards/chosen"] - last["rewards/rejected"], last["rewards/margins"], 1e-9);
    }

    // One row that branches gives what two rows would: the slow twin forwards each completion alone.
    [Fact]
    public void FrozenLogs_OfARowThatBranches_GivesTheLogProbabilitiesOfItsCompletions()
    {
        using var model = ModelFolder.Load(_start);
        var data = PreferenceData.Load(Options("x"), model);
        var logs = new FrozenLogs(model.Decoder, most: 3).Of(data.Rows).ToList();

        foreach (var (row, own) in data.Rows.Zip(logs))
        {
            var (stem, second) = (row.BranchStarts[0], row.BranchStarts[1]);
            float[] twin = [.. Alone(model, row.Ids[..second], stem + 1), .. Alone(model, [.. row.Ids[..stem], .. row.Ids[second..]], stem + 1)];
            Assert.All(twin.Zip(own), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Fact]
    public void Run_MicroBatchesOfAnySize_GiveTheSameLosses()
    {
        DpoRun.Run(Options("whole") with { MicroBatchSize = 4 }, "test", null, default);
        DpoRun.Run(Options("cut") with { MicroBatchSize = 1 }, "test", null, default);

        // Float32 sums in another order, over three updates of Adam.
        Assert.All(Losses("whole").Zip(Losses("cut")), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    // Logits in parts must not tear a pair apart: the parts add up to what all at once give.
    [Fact]
    public void Accumulate_LogitsOfOnePairAtATime_GivesTheLossOfAllAtOnce()
    {
        using var model = ModelFolder.Load(_start);
        var data = PreferenceData.Load(Options("x"), model);
        data.Refer([.. data.Rows.Select((row, i) => row.IsTarget.Where(isTarget => isTarget).Select((_, n) => -2.0f - (0.1f * ((n + i) % 5))).ToArray())]);
        var batch = TokenBatch.Of(data.Rows);
        var totals = new StepTotals(batch.Targets.Length, 2 * data.Rows.Count);
        var plan = DpoRun.PlanOf(Options("x"), _ => { });

        var (whole, parts) = (new BatchLoss(plan, totals).Accumulate(model.Decoder, batch).Loss, new BatchLoss(plan, totals, mostLogits: 1).Accumulate(model.Decoder, batch).Loss);

        // Float32 sums of eight pairs in another order.
        Assert.Equal(whole, parts, 1e-5);
        Assert.NotEqual(Math.Log(2), whole, 1e-3);
    }

    [Theory]
    [InlineData(PreferenceLoss.Sigmoid)]
    [InlineData(PreferenceLoss.Ipo)]
    public void Run_Interrupted_EndsWithTheSameBytes(PreferenceLoss loss)
    {
        var options = Options("whole") with { MaxSteps = 5, LossType = loss };
        var whole = DpoRun.Run(options, "test", null, default);
        using var cancellation = new CancellationTokenSource();
        var interrupted = options with { OutputDir = _folder["interrupted"] };

        Assert.Throws<OperationCanceledException>(() => DpoRun.Run(interrupted, "test", new CancelAt(3, cancellation), cancellation.Token));
        var resumed = DpoRun.Run(interrupted, "test", null, default);

        Assert.Equal(TemporaryFolder.ContentOf(whole), TemporaryFolder.ContentOf(resumed));
    }

    [Fact]
    public void Run_ASecondTime_TakesTheReferenceFromItsFile()
    {
        DpoRun.Run(Options("dpo") with { MaxSteps = 1 }, "test", null, default);
        var phases = new HashSet<string>();
        DpoRun.Run(Options("dpo") with { MaxSteps = 2 }, "test", new Seen(phases), default);

        Assert.DoesNotContain("test: reference", phases);
        Assert.Single(Directory.EnumerateFiles(_folder["dpo"], "reference-*.jsonl"));
    }

    [Fact]
    public void Load_ACompletionThatIsTooLong_NamesThePair()
    {
        using var model = ModelFolder.Load(_start);

        var error = Assert.Throws<InvalidDataException>(() => PreferenceData.Load(Options("x") with { MaxLength = 8 }, model));

        Assert.Matches($"pairs.jsonl: pair 1 has [0-9]+ tokens, more than max_length 8.", error.Message);
    }

    private static float[] Alone(ModelFolder model, int[] ids, int firstTarget)
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        var row = new TrainingExample(ids, [.. ids.Select((_, place) => place >= firstTarget)]);
        var batch = TokenBatch.Of([row]);
        var targets = Tensor.FromSpan(batch.Targets, batch.Targets.Length);
        return new ScoredTokens(model.Decoder.Project(SupervisedTrainer.ScoredHidden(model.Decoder, batch)), targets).LogN.ToFloats();
    }

    private IEnumerable<double> Losses(string name) => MetricsFile.Read(_folder[name]).Select(record => record.Values["loss"]);

    private DpoOptions Options(string name) => new()
    {
        ModelNameOrPath = _start,
        DatasetName = _folder["pairs.jsonl"],
        OutputDir = _folder[name],
        PerDeviceTrainBatchSize = 4,
        MaxSteps = 3,
        SaveSteps = 2,
        LoggingSteps = 1,
        LearningRate = 0.001,
        Bf16 = false,
    };

    private sealed class CancelAt(long step, CancellationTokenSource source) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            if (value.Done == step && value.Phase.EndsWith("training", StringComparison.Ordinal))
            {
                source.Cancel();
            }
        }
    }

    private sealed class Seen(HashSet<string> phases) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => phases.Add(value.Phase);
    }
}
