using Thaw.Learning.Analysis;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Lora;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Analysis;

public sealed class WeightDistanceTests : IDisposable
{
    private const string Query = "model.layers.1.self_attn.q_proj.weight";
    private const string Gate = "model.layers.0.mlp.gate_proj.weight";
    private const string Norm = "model.norm.weight";

    private readonly TemporaryFolder _folder = new();

    public WeightDistanceTests() => TinyModels.WriteSokobanFolder(_folder["base"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_TheSameModel_IsZeroEverywhere()
    {
        var distance = WeightDistance.Of(_folder["base"], _folder["base"], default);

        Assert.Equal((0.0, 0.0, 0), (distance.All.L2, distance.All.MaxAbs, distance.All.Changed));
        Assert.All(distance.Tensors, tensor => Assert.Equal((0.0, 0.0), (tensor.L2, tensor.RelativeL2)));
    }

    [Fact]
    public void Of_KnownChanges_AreCountedWhereTheyAre()
    {
        // Powers of two, so that float32 holds the sums exactly enough: ulp of weights near 1 is 1e-7.
        var changed = Change((Query, 0.25), (Gate, -0.5), (Norm, 2));
        var distance = WeightDistance.Of(changed, _folder["base"], default);

        var counts = DecoderWeights.ShapesOf(DecoderFolderConfig()).ToDictionary(w => w.Name, w => w.Shape.Aggregate(1L, (a, b) => a * b));
        double Expected(params (string Name, double By)[] parts) => Math.Sqrt(parts.Sum(part => counts[part.Name] * part.By * part.By));
        Assert.Equal(Expected((Query, 0.25), (Gate, 0.5), (Norm, 2)), distance.All.L2, 1e-5);
        Assert.Equal(2, distance.All.MaxAbs, 1e-6);
        Assert.Equal(3, distance.All.Changed);
        Assert.Equal(counts.Values.Sum(), distance.All.Elements);
        Assert.Equal(Expected((Query, 0.25)), distance.Layers[1].All.L2, 1e-5);
        Assert.Equal(Expected((Query, 0.25)), distance.Kinds[WeightKind.Attention].L2, 1e-5);
        Assert.Equal(Expected((Gate, 0.5)), distance.Layers[0].Kinds[WeightKind.Mlp].L2, 1e-5);
        Assert.Equal(0, distance.Layers[0].Kinds[WeightKind.Attention].L2);
        Assert.Equal(Expected((Norm, 2)), distance.Kinds[WeightKind.Norm].L2, 1e-5);
        Assert.Equal(0, distance.Kinds[WeightKind.Embedding].Changed);
        Assert.Equal(distance.All.L2 / NormOfBase(), distance.All.RelativeL2!.Value, 1e-9);
    }

    [Fact]
    public void Of_AnAdapter_IsThatOfTheMergedModel()
    {
        WriteAdapter();
        AdapterMerge.Run(_folder["base"], _folder["adapter"], _folder["merged"]);

        var (adapted, merged) = (WeightDistance.Of(_folder["adapter"], _folder["base"], default), WeightDistance.Of(_folder["merged"], _folder["base"], default));

        // The merged file rounds the sum to float32.
        Assert.InRange(adapted.All.L2, 1e-3, double.MaxValue);
        Assert.Equal(merged.All.L2, adapted.All.L2, 1e-5 * merged.All.L2);
        Assert.Equal(14, adapted.All.Changed);
        Assert.Equal(0, adapted.Kinds[WeightKind.Norm].L2);
    }

    [Fact]
    public void Of_OtherShapes_NamesTheFirstInOneLine()
    {
        TinyModels.WriteSokobanFolder(_folder["other"]);
        var config = DecoderFolderConfig() with { FeedForwardWidth = 32 };
        using (var model = Decoder.Fresh(config, 1))
        {
            ConfigFile.Write(_folder["other/config.json"], config, 1);
            DecoderFolder.WriteWeights(_folder["other"], model);
        }

        var error = Assert.Throws<InvalidDataException>(() => WeightDistance.Of(_folder["other"], _folder["base"], default));

        Assert.Equal($"{_folder["other"]}: tensor '{Gate}' has shape [32, 16], in {_folder["base"]} it has [24, 16].", error.Message);
    }

    [Fact]
    public void Of_MoreLayers_SaysThatTheArchitecturesDiffer()
    {
        TinyModels.WriteSokobanFolder(_folder["other"]);
        var config = DecoderFolderConfig() with { Layers = 1 };
        using (var model = Decoder.Fresh(config, 1))
        {
            ConfigFile.Write(_folder["other/config.json"], config, 1);
            DecoderFolder.WriteWeights(_folder["other"], model);
        }

        Assert.Contains("has no tensor 'model.layers.1.input_layernorm.weight'", Assert.Throws<InvalidDataException>(() => WeightDistance.Of(_folder["other"], _folder["base"], default)).Message, StringComparison.Ordinal);
        Assert.Contains("has a tensor 'model.layers.1.input_layernorm.weight'", Assert.Throws<InvalidDataException>(() => WeightDistance.Of(_folder["base"], _folder["other"], default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ANumberThatIsNone_NamesTheTensor()
    {
        var changed = Change((Query, double.NaN));

        Assert.Contains($"'{Query}'", Assert.Throws<InvalidDataException>(() => WeightDistance.Of(changed, _folder["base"], default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AnyModel_LeavesNoTensors() => LiveTensors.AreNotLeftBy(() => WeightDistance.Of(_folder["base"], _folder["base"], default));

    [Theory]
    [InlineData("model.embed_tokens.weight", null, WeightKind.Embedding)]
    [InlineData("lm_head.weight", null, WeightKind.Output)]
    [InlineData("model.norm.weight", null, WeightKind.Norm)]
    [InlineData("model.layers.11.self_attn.q_norm.weight", 11, WeightKind.Norm)]
    [InlineData("model.layers.0.post_attention_layernorm.weight", 0, WeightKind.Norm)]
    [InlineData("model.layers.3.self_attn.k_proj.bias", 3, WeightKind.Attention)]
    [InlineData("model.layers.3.mlp.down_proj.bias", 3, WeightKind.Mlp)]
    public void PlaceOf_AName_IsItsLayerAndKind(string name, int? layer, WeightKind kind) => Assert.Equal((layer, kind), DecoderWeights.PlaceOf(name));

    private DecoderConfig DecoderFolderConfig() => ConfigFile.Read(_folder["base/config.json"]);

    private double NormOfBase()
    {
        using var model = DecoderFolder.Read(_folder["base"]);
        return Math.Sqrt(model.Parameters.Sum(p => p.Value.ToDoubles().Sum(x => x * x)));
    }

    private string Change(params (string Name, double By)[] changes)
    {
        TinyModels.WriteSokobanFolder(_folder["changed"]);
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        using var model = DecoderFolder.Read(_folder["changed"]);
        foreach (var (name, by) in changes)
        {
            var value = model.Parameters.Single(p => p.Name == name).Value;
            value.AddInPlace(Tensor.Full([.. value.Shape], by));
        }

        DecoderFolder.WriteWeights(_folder["changed"], model);
        return _folder["changed"];
    }

    private void WriteAdapter() => TinyAdapter.Write(_folder["adapter"], DecoderFolderConfig());
}
