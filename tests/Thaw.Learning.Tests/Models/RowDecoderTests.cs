using Thaw.Learning.Lora;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Models;

/// <summary>Passes over slots, packed and gathered, against whole rows without any cache.</summary>
public sealed class RowDecoderTests
{
    // Logits of float32 computed by another order of sums, as a share of the greatest.
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Models => new("qwen3", "qwen2", "llama", "adapter", "biases");

    // Two rows that part behind a common beginning, read in three passes: the beginning cut in two, then single tokens of both.
    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_OfATreeInSeveralPasses_AreThoseOfWholeRows(string name)
    {
        using var model = Make(name);
        var stem = TinyModels.Ids("stem", 11);
        int[][] rows = [[.. stem, 3, 5, 7], [.. stem, 4, 6]];
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        var expected = rows.Select(row => model.Project(model.Forward(TinyModels.Matrix(row))).Select(0, 0).Select(0, row.Length - 1).ToDoubles()).ToList();

        foreach (var decoder in (IRowDecoder[])[new PackedDecoder(model), new GatheringDecoder(model)])
        {
            using (decoder)
            {
                var logits = Read(decoder, rows);
                TensorAssert.Close(expected[0], logits.Select(0, 1).ToDoubles(), Tolerance);
                TensorAssert.Close(expected[1], logits.Select(0, 0).ToDoubles(), Tolerance);
            }
        }
    }

    [Fact]
    public void ReachSlots_MoreThanBefore_KeepsWhatTheOldOnesHold()
    {
        using var model = TinyModels.Fresh();
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        var row = TinyModels.Ids("row", 9);
        using var decoder = new PackedDecoder(model);
        decoder.ReachSlots(9);
        var pass = new DecodingPass();
        pass.Add([0, 1, 2, 3, 4, 5, 6, 7], 0, row.AsSpan(0, 8));
        decoder.Logits(pass);
        decoder.ReachSlots(5000);
        pass.Clear();
        pass.Want(pass.Add([0, 1, 2, 3, 4, 5, 6, 7, 4999], 8, row.AsSpan(8)));

        TensorAssert.Close(model.Project(model.Forward(TinyModels.Matrix(row))).Select(0, 0).Select(0, 8), decoder.Logits(pass).Select(0, 0), Tolerance);
    }

    [Fact]
    public void ReloadWeights_AfterAChange_TakesTheNewOnes()
    {
        using var model = TinyModels.Fresh();
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        using var decoder = new PackedDecoder(model);
        var version = model.WeightsVersion;
        foreach (var parameter in model.Parameters)
        {
            parameter.Value.CopyFrom(parameter.Value * 0.9);
        }

        Assert.NotEqual(version, model.WeightsVersion);
        decoder.ReloadWeights();
        decoder.ReachSlots(3);
        var pass = new DecodingPass();
        pass.Want(pass.Add([0, 1, 2], 0, [1, 2, 3]) + 2);
        TensorAssert.Close(model.Project(model.Forward(TinyModels.Matrix([1, 2, 3]))).Select(0, 0).Select(0, 2), decoder.Logits(pass).Select(0, 0), Tolerance);
    }

    // The wanted rows come in another order than their tokens: row 1 was asked for first.
    private static Tensor Read(IRowDecoder decoder, int[][] rows)
    {
        decoder.ReachSlots(40);
        long[] stem = [.. Enumerable.Range(0, 11).Select(i => (13L * i) % 40)];
        long[][] paths = [[.. stem, 1, 2, 4], [.. stem, 5, 6]];
        var pass = new DecodingPass();
        pass.Add(stem.AsSpan(0, 4), 0, rows[0].AsSpan(0, 4));
        decoder.Logits(pass);
        pass.Clear();
        pass.Add(stem, 4, rows[0].AsSpan(4, 7));
        pass.Add(paths[0].AsSpan(0, 12), 11, [3]);
        pass.Add(paths[1].AsSpan(0, 12), 11, [4]);
        decoder.Logits(pass);
        pass.Clear();
        var first = pass.Add(paths[0], 12, [5, 7]);
        var second = pass.Add(paths[1], 12, [6]);
        pass.Want(second);
        pass.Want(first + 1);
        return decoder.Logits(pass);
    }

    private static Decoder Make(string name)
    {
        var config = name switch
        {
            "qwen2" => TinyModels.Config with { Family = DecoderFamily.Qwen2, TiesEmbeddings = true },
            "llama" => TinyModels.Config with { Family = DecoderFamily.Llama, RopeScaling = new RopeScaling(8, 1, 4, 32) },
            "biases" => TinyModels.Config with { Family = DecoderFamily.Llama, HasAttentionBias = true, HasFeedForwardBias = true },
            _ => TinyModels.Config,
        };
        var adapter = name == "adapter" ? LoraAdapter.Fresh(config, new LoraOptions(Rank: 3, Alpha: 5, Dropout: 0, [LoraTargets.AllLinear]), 1, "base") : null;
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var fresh = new WeightInitializer(config, 1);
        var model = new Decoder(config, (weight, shape) => fresh.Make(weight, shape) + Tensor.Zeros(shape).FillUniform(-0.1, 0.1), adapter: adapter);
        foreach (var pair in adapter?.Pairs ?? [])
        {
            pair.B.Value.FillNormal(0, 0.3);
        }

        return model;
    }
}
