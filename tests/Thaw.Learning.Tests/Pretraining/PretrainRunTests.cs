using Thaw.Core.Generation;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Pretraining;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Pretraining;

public sealed class PretrainRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_TwoStages_WritesAFolderThatLoadsAndTwiceTheSameBytes()
    {
        PretrainRun.Run(Options("a"), null, default);
        PretrainRun.Run(Options("b"), null, default);

        Assert.Equal(TemporaryFolder.ContentOf(_folder["a/model"]), TemporaryFolder.ContentOf(_folder["b/model"]));
        using var model = ModelFolder.Load(_folder["a/model"]);
        Assert.Equal(2, model.Decoder.Config.Layers);
        Assert.Equal(model.Tokenizer.VocabularySize, model.Decoder.Config.VocabularySize);
        Assert.Equal("<|im_end|>", model.Tokenizer.TokenText(model.StopIds[0]));
        var options = SamplingOptions.Greedy with { MaxNewTokens = 2 };
        using var generator = model.Generator();
        Assert.Single(generator.Generate([new Prompt("Word for Up: <answer>")], options, default));

        var metrics = MetricsFile.Read(_folder["a/run"]);
        Assert.Equal([0, 1, 2, 2, 3, 3], metrics.Select(record => record.Step));
        Assert.All(metrics[0].Values.Where(v => v.Key.EndsWith("/accuracy", StringComparison.Ordinal)), v => Assert.InRange(v.Value, 0, 1));
        Assert.Equal(LessonCatalog.All.Count + 1, metrics[0].Values.Count(v => v.Key.EndsWith("/accuracy", StringComparison.Ordinal)));
    }

    [Fact]
    public void RowsOf_AnyStep_DependsOnSeedAndStepAlone()
    {
        var tokenizer = TinyModels.SokobanTokenizer;
        var inOrder = new PretrainData(Options("a"), tokenizer);
        var first = Ids(inOrder.RowsOf(1));
        var second = Ids(inOrder.RowsOf(2));

        Assert.Equal(second, Ids(new PretrainData(Options("b"), tokenizer).RowsOf(2)));
        Assert.NotEqual(first, second);
        Assert.NotEqual(second, Ids(new PretrainData(Options("a") with { Seed = 2 }, tokenizer).RowsOf(2)));
        Assert.DoesNotContain(Ids(inOrder.FreshRows(LessonCatalog.Find("lookup"), 4)), first.Contains);

        static IReadOnlyList<string> Ids(IReadOnlyList<TrainingExample> rows) => [.. rows.Select(row => string.Join(' ', row.Ids))];
    }

    [Fact]
    public void Validate_StagesThatDoNotAddUp_NamesTheKey()
    {
        var error = Assert.Throws<ArgumentException>(() => (Options("a") with { MaxSteps = 4 }).Validate());

        Assert.Equal("Key 'max_steps' is 4, but the stages add up to 3.", error.Message);
    }

    private PretrainOptions Options(string name) => new()
    {
        OutputDir = _folder[$"{name}/run"],
        ModelDir = _folder[$"{name}/model"],
        VocabSize = 600,
        HiddenSize = 16,
        IntermediateSize = 24,
        NumHiddenLayers = 2,
        NumAttentionHeads = 2,
        NumKeyValueHeads = 1,
        HeadDim = 8,
        MaxPositionEmbeddings = 1024,
        GroupSize = 1,
        PerDeviceTrainBatchSize = 3,
        MaxSteps = 3,
        EvalSteps = 2,
        EvalMaxTimeShare = 1,
        LoggingSteps = 1,
        Optim = OptimizerKind.Muon,
        Stages =
        [
            new PretrainStage { Steps = 1, Lessons = new Dictionary<string, double> { ["lookup"] = 1 } },
            new PretrainStage { Steps = 2, Lessons = new Dictionary<string, double> { ["board"] = 1, ["prompt"] = 2, ["language"] = 1 } },
        ],
    };
}
