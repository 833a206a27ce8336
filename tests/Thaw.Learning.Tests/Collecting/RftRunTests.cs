using Thaw.Core.Progress;
using Thaw.Core.Storage;
using Thaw.Learning.Collecting;
using Thaw.Learning.Sft;

namespace Thaw.Learning.Tests.Collecting;

public sealed class RftRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _start;

    public RftRunTests() => _start = WarmTeacher.Write(_folder["base"], _folder["warm"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_TwoRounds_SampleOtherPromptsWithTheWeightsThatTheFirstLeft()
    {
        var rounds = RftRun.Run(Options("rft"), "test", null, default);

        Assert.Equal(2, rounds.Count);
        Assert.NotEqual(rounds[0].Yield.Teacher, rounds[1].Yield.Teacher);
        Assert.StartsWith("checkpoint-3 sha256:", rounds[1].Yield.Teacher, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 12), PromptIds("round-1"));
        Assert.Equal(Enumerable.Range(12, 12), PromptIds("round-2"));
    }

    [Fact]
    public void Run_InterruptedAnywhere_EndsWithTheSameBytes()
    {
        RftRun.Run(Options("rft"), "test", null, default);
        for (var reports = 4; ; reports += 7)
        {
            using var cancellation = new CancellationTokenSource();
            try
            {
                RftRun.Run(Options("again"), "test", new CountDown(reports, cancellation), cancellation.Token);
                Assert.True(reports > 4, "The rounds were never interrupted.");
                break;
            }
            catch (OperationCanceledException)
            {
                // It goes on in the next turn.
            }
        }

        foreach (var file in new[] { "round-1/collect/train.jsonl", "round-2/collect/samples.jsonl", "round-2/sft/checkpoint-3/model.safetensors" })
        {
            Assert.Equal(File.ReadAllBytes(_folder[$"rft/{file}"]), File.ReadAllBytes(_folder[$"again/{file}"]));
        }
    }

    [Fact]
    public void Run_ATeacherWithoutACorrectSample_SaysSo()
    {
        var error = Assert.Throws<InvalidDataException>(() => RftRun.Run(Options("rft") with { ModelNameOrPath = _folder["base"] }, "test", null, default));

        Assert.EndsWith("samples was correct, so round 1 has nothing to learn from.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_ASettingThatIsSaidAbove_IsRefusedBelow()
    {
        var twice = Options("rft") with { Collect = new CollectOptions { ModelNameOrPath = "other" } };
        var otherTask = Options("rft") with { Collect = new CollectOptions { Task = "points" } };

        Assert.StartsWith("Key 'model_name_or_path' ", Assert.Throws<ArgumentException>(twice.Validate).Message, StringComparison.Ordinal);
        Assert.Equal("Key 'collect.task' is said once for all rounds: sokoban, not points.", Assert.Throws<ArgumentException>(otherTask.Validate).Message);
    }

    [Fact]
    public void Validate_ABadSettingOfALaterPart_IsFoundBeforeTheFirstRound()
    {
        var options = Options("rft") with { Sft = new SftOptions { WarmupRatio = 2 } };

        Assert.StartsWith("sft: Key 'warmup_ratio' ", Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }

    private IEnumerable<int> PromptIds(string round) =>
        JsonLines.Read<Sample>(_folder[$"rft/{round}/collect/samples.jsonl"]).Select(sample => sample.PromptId).Distinct();

    private RftOptions Options(string name) => new()
    {
        OutputDir = _folder[name],
        ModelNameOrPath = _start,
        Rounds = 2,
        Collect = new CollectOptions { DatasetSize = 12, NumGenerations = 16, MaxCompletionLength = 6, Bf16 = false },
        Sft = new SftOptions { PerDeviceTrainBatchSize = 4, MaxSteps = 3, SaveSteps = 1, LoggingSteps = 1, LearningRate = 0.0001, Bf16 = false },
    };

    private sealed class CountDown(int reports, CancellationTokenSource cancellation) : IProgress<WorkProgress>
    {
        private int _left = reports;

        public void Report(WorkProgress value)
        {
            if (--_left == 0)
            {
                cancellation.Cancel();
            }
        }
    }
}
