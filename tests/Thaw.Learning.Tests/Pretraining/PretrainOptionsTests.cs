using Thaw.Learning.Pretraining;

namespace Thaw.Learning.Tests.Pretraining;

public sealed class PretrainOptionsTests
{
    private static readonly PretrainOptions s_good = new()
    {
        OutputDir = "out",
        ModelDir = "model",
        MaxSteps = 1,
        Stages = [new PretrainStage { Steps = 1, Lessons = new Dictionary<string, double> { ["language"] = 1 } }],
    };

    public static TheoryData<string, PretrainOptions> Bad => new()
    {
        { "num_key_value_heads", s_good with { NumAttentionHeads = 3, NumKeyValueHeads = 2 } },
        { "head_dim", s_good with { HeadDim = 5 } },
        { "rope_theta", s_good with { RopeTheta = -1 } },
        { "vocab_size", s_good with { VocabSize = 10 } },
        { "max_position_embeddings", s_good with { MaxPositionEmbeddings = 0 } },
        { "num_hidden_layers", s_good with { NumHiddenLayers = 0 } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Validate_AShapeThatCannotBe_NamesItsKey(string key, PretrainOptions bad)
    {
        s_good.Validate();
        Assert.StartsWith($"Key '{key}' ", Assert.Throws<ArgumentException>(bad.Validate).Message, StringComparison.Ordinal);
    }
}
