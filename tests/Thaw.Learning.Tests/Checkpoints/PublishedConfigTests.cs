using System.Runtime.CompilerServices;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Checkpoints;

/// <summary>The configurations of published models, key by key as their makers ship them, against the published sizes; no weight is allocated.</summary>
public sealed class PublishedConfigTests
{
    /// <summary>Weights in all; those of untied models are half of <c>total_size</c> in the bfloat16 checkpoint's own index.</summary>
    [Theory]
    [InlineData("Qwen2.5-0.5B", 494_032_768, 290)]
    [InlineData("Qwen2.5-1.5B", 1_543_714_304, 338)]
    [InlineData("Qwen2.5-3B", 3_085_938_688, 434)]
    [InlineData("Qwen2.5-7B", 7_615_616_512, 339)]
    [InlineData("Qwen3-0.6B", 596_049_920, 310)]
    [InlineData("Qwen3-1.7B", 1_720_574_976, 310)]
    [InlineData("Qwen3-4B", 4_022_468_096, 398)]
    [InlineData("Qwen3-8B", 8_190_735_360, 399)]
    [InlineData("Llama-3.1-8B", 8_030_261_248, 291)]
    [InlineData("Llama-3.2-1B", 1_235_814_400, 146)]
    [InlineData("Llama-3.2-3B", 3_212_749_824, 254)]
    public void ShapesOf_APublishedConfiguration_AddUpToThePublishedSize(string name, long weights, int tensors)
    {
        var live = LiveTensors.Count();
        var config = ConfigFile.Read(PathOf(name));
        var shapes = DecoderWeights.ShapesOf(config).ToList();

        Assert.Equal(weights, shapes.Sum(weight => weight.Shape.Aggregate(1L, (a, b) => a * b)));
        Assert.Equal(weights, config.ParameterCount);
        Assert.Equal(tensors, shapes.Select(weight => weight.Name).Distinct().Count());
        Assert.Equal(live, Tensor.LiveCount);
    }

    [Fact]
    public void ShapesOf_EachFamily_HasTheNamesAndShapesOfItsFirstLayer()
    {
        AssertLayer("Qwen3-0.6B", """
            model.layers.0.input_layernorm.weight 1024
            model.layers.0.self_attn.q_proj.weight 2048x1024
            model.layers.0.self_attn.k_proj.weight 1024x1024
            model.layers.0.self_attn.v_proj.weight 1024x1024
            model.layers.0.self_attn.o_proj.weight 1024x2048
            model.layers.0.self_attn.q_norm.weight 128
            model.layers.0.self_attn.k_norm.weight 128
            model.layers.0.post_attention_layernorm.weight 1024
            model.layers.0.mlp.gate_proj.weight 3072x1024
            model.layers.0.mlp.up_proj.weight 3072x1024
            model.layers.0.mlp.down_proj.weight 1024x3072
            """);
        AssertLayer("Qwen2.5-0.5B", """
            model.layers.0.input_layernorm.weight 896
            model.layers.0.self_attn.q_proj.weight 896x896
            model.layers.0.self_attn.q_proj.bias 896
            model.layers.0.self_attn.k_proj.weight 128x896
            model.layers.0.self_attn.k_proj.bias 128
            model.layers.0.self_attn.v_proj.weight 128x896
            model.layers.0.self_attn.v_proj.bias 128
            model.layers.0.self_attn.o_proj.weight 896x896
            model.layers.0.post_attention_layernorm.weight 896
            model.layers.0.mlp.gate_proj.weight 4864x896
            model.layers.0.mlp.up_proj.weight 4864x896
            model.layers.0.mlp.down_proj.weight 896x4864
            """);
        AssertLayer("Llama-3.1-8B", """
            model.layers.0.input_layernorm.weight 4096
            model.layers.0.self_attn.q_proj.weight 4096x4096
            model.layers.0.self_attn.k_proj.weight 1024x4096
            model.layers.0.self_attn.v_proj.weight 1024x4096
            model.layers.0.self_attn.o_proj.weight 4096x4096
            model.layers.0.post_attention_layernorm.weight 4096
            model.layers.0.mlp.gate_proj.weight 14336x4096
            model.layers.0.mlp.up_proj.weight 14336x4096
            model.layers.0.mlp.down_proj.weight 4096x14336
            """);
    }

    [Theory]
    [InlineData("Qwen2.5-7B", false, 131_072)]
    [InlineData("Qwen3-8B", false, 40_960)]
    [InlineData("Llama-3.2-3B", true, 131_072)]
    public void Read_APublishedConfiguration_KnowsItsRotation(string name, bool isScaled, int positions)
    {
        var config = ConfigFile.Read(PathOf(name));

        Assert.Equal(isScaled ? new RopeScaling(32, 1, 4, 8192) : null, config.RopeScaling);
        Assert.Equal(isScaled ? 500_000 : 1_000_000, config.RopeBase);
        Assert.Equal(positions, config.MaxPositions);
    }

    internal static string PathOf(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "golden", "configs", name + ".json"));

    private static void AssertLayer(string name, string expected) => Assert.Equal(
        expected.Split('\n', StringSplitOptions.TrimEntries),
        DecoderWeights.ShapesOf(ConfigFile.Read(PathOf(name))).Where(w => w.Name.StartsWith("model.layers.0.", StringComparison.Ordinal)).Select(w => $"{w.Name} {string.Join('x', w.Shape)}"));
}
