using Thaw.Core.Generation;
using Thaw.Core.Progress;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Collecting;
using Thaw.Learning.Sft;

namespace Thaw.Learning.Tests.Collecting;

/// <summary>A small model as teacher, warmed up until some of its answers are right.</summary>
public sealed class CheckpointTeacherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _teacher;

    public CheckpointTeacherTests() => _teacher = WarmTeacher.Write(_folder["base"], _folder["warm"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_InterruptedAnywhere_EndsWithTheSameBytes()
    {
        var whole = CollectRun.Run(Options("whole"), "test", null, default);
        Assert.InRange(whole.Total.Kept, 1, whole.Total.Prompts - 1);
        for (var prompts = 3; ; prompts += 5)
        {
            using var cancellation = new CancellationTokenSource();
            try
            {
                CollectRun.Run(Options("again"), "test", new CancelAt(prompts, cancellation), cancellation.Token);
                break;
            }
            catch (OperationCanceledException)
            {
                Assert.False(File.Exists(_folder["again/yield.json"]));
            }
        }

        Assert.Equal(TemporaryFolder.ContentOf(_folder["whole"]), TemporaryFolder.ContentOf(_folder["again"]));
    }

    [Fact]
    public void Run_AsGeneratorOrAsEngine_DrawsTheSameSamples()
    {
        CollectRun.Run(Options("engine"), "test", null, default);
        using var model = ModelFolder.Load(_teacher);
        model.Decoder.ComputeType = Torch.DType.Float32;
        var served = Options("served") with { ModelNameOrPath = "", Endpoint = "http://localhost:1/v1", Model = "warm" };

        // The run disposes the generator, before the model.
        CollectRun.Run(served, "test", null, default, (_, _) => model.Generator());

        Assert.Equal(Facts("engine"), Facts("served"));

        List<(int, int, ulong, string, FinishReason, bool)> Facts(string name) =>
            [.. Samples(name).Select(sample => (sample.PromptId, sample.Attempt, sample.Seed, sample.Completion, sample.FinishReason, sample.Kept))];
    }

    [Fact]
    public void Run_KeptRows_AreReadAsTheTokensThatWereDrawn()
    {
        var result = CollectRun.Run(Options("rows"), "test", null, default);
        using var model = ModelFolder.Load(_teacher);
        var kept = Samples("rows").Where(sample => sample.Kept).ToList();
        var rows = SftData.Load(new SftOptions { DatasetName = _folder["rows/train.jsonl"], ModelNameOrPath = _teacher, PerDeviceTrainBatchSize = kept.Count }, model);

        Assert.Equal(kept.Count, rows.Count);
        Assert.Equal(kept.Count(sample => sample.SameTokens == false), result.OtherTokens);
        Assert.Contains(kept, sample => sample.SameTokens == true);
        var trained = rows.RowsOf(1).Select(row => (Row: row, Targets: row.Ids.Where((_, place) => row.IsTarget[place]).ToArray()))
            .ToLookup(row => model.Tokenizer.Decode(row.Row.Ids[..(row.Row.Ids.Length - row.Targets.Length)]), row => row.Targets);
        foreach (var sample in kept.Where(sample => sample.SameTokens == true))
        {
            // The engine's own tokens, drawn again with the seed that the sample names.
            using var engine = new Thaw.Learning.Generation.GenerationEngine(model.Decoder, model.Tokenizer, model.StopIds, new());
            var drawn = engine.Add(new(model.Tokenizer.Encode(sample.Prompt), new SamplingOptions { Temperature = 1, MaxNewTokens = 6, Seed = sample.Seed }));
            while (engine.Step(default))
            {
            }

            int[] tokens = [.. drawn.Tokens.Select(token => token.Id), drawn.StopToken!.Value.Id];
            Assert.Contains(trained[sample.Prompt], targets => targets.SequenceEqual(tokens));
        }
    }

    [Fact]
    public void Run_TheSameAnswerInOtherTokens_IsCounted()
    {
        CollectRun.Run(Options("rows") with { NumGenerations = 4, Keep = KeptSamples.All }, "test", null, default);
        using var model = ModelFolder.Load(_teacher);

        // Text that the tokenizer would have cut otherwise, as untrained models write it.
        Assert.Contains(Samples("rows"), sample => sample.SameTokens == false);
        Assert.All(Samples("rows").Where(sample => sample is { SameTokens: true, FinishReason: FinishReason.Stop }), sample =>
            Assert.Equal(sample.CompletionTokens, model.Tokenizer.Encode(sample.Completion).Length));
    }

    private List<Sample> Samples(string name) => [.. JsonLines.Read<Sample>(_folder[$"{name}/samples.jsonl"])];

    private CollectOptions Options(string name) => new()
    {
        OutputDir = _folder[name],
        ModelNameOrPath = _teacher,
        DatasetSize = 12,
        NumGenerations = 8,
        MaxCompletionLength = 6,
        Bf16 = false,
    };

    private sealed class CancelAt(long done, CancellationTokenSource source) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            if (value.Done == done)
            {
                source.Cancel();
            }
        }
    }
}
