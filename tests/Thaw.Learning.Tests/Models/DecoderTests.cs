using Thaw.Learning.Models;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Models;

public sealed class DecoderTests
{
    [Fact]
    public void Forward_LaterTokensChange_EarlierHiddenStatesStay()
    {
        using var model = TinyModels.Fresh();
        using var scope = new TensorScope();
        var ids = TinyModels.Ids("row", 12);
        int[] other = [.. ids.Take(7), .. TinyModels.Ids("other", 5)];

        var (before, after) = (Hidden(model, ids), Hidden(model, other));

        Assert.Equal(before.Narrow(1, 0, 7).ToFloats(), after.Narrow(1, 0, 7).ToFloats());
        Assert.NotEqual(before.Narrow(1, 7, 5).ToFloats(), after.Narrow(1, 7, 5).ToFloats());
    }

    [Fact]
    public void Forward_PaddingBehindARow_ChangesNothing()
    {
        using var model = TinyModels.Fresh();
        using var scope = new TensorScope();
        var ids = TinyModels.Ids("row", 7);
        var alone = model.Project(Hidden(model, ids));

        var padded = model.Project(model.Forward(TinyModels.Matrix([.. ids, 0, 0, 0, 0], TinyModels.Ids("neighbour", 11))));

        // Not bit by bit: products of larger matrices are summed in another order. Three layers of float32.
        TensorAssert.Close(alone.Select(0, 0), padded.Select(0, 0).Narrow(0, 0, 7), 1e-5);
    }

    [Theory]
    [InlineData(DecoderFamily.Qwen3, false)]
    [InlineData(DecoderFamily.Qwen3, true)]
    [InlineData(DecoderFamily.Qwen2, false)]
    [InlineData(DecoderFamily.Llama, false)]
    public void Backward_OfTheLoss_ReachesEveryParameter(DecoderFamily family, bool tiesEmbeddings)
    {
        using var model = Decoder.Fresh(TinyModels.Config with { Family = family, TiesEmbeddings = tiesEmbeddings }, 1);
        using var scope = new TensorScope();
        var ids = TinyModels.Ids("row", 12);
        model.Project(Hidden(model, ids)).Select(0, 0).CrossEntropySum(Tensor.FromSpan([.. ids.Select(id => (long)id)], 12)).Backward();

        Assert.All(TensorAssert.Gradients(model), gradient => Assert.Contains(gradient.Value, value => value != 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Forward_SomePositionsWanted_GivesTheirHiddenStatesAndTheGradientsOfTheWhole(bool isBehindACache)
    {
        using var model = TinyModels.Fresh();
        using var scope = new TensorScope();
        long[] wanted = [0, 3, 6, 2, 2, 5];

        var (whole, wholeGradients) = Run(ids => Rows(Forward(ids, null), wanted));
        var (some, someGradients) = Run(ids => Forward(ids, wanted));

        // Sums over fewer rows are summed in another order. Three layers of float32.
        TensorAssert.Close(whole, some, 1e-5);
        TensorAssert.Close(wholeGradients, someGradients, 1e-5);

        (Tensor Hidden, Dictionary<string, double[]> Gradients) Run(Func<Tensor, Tensor> forward)
        {
            foreach (var parameter in model.Parameters)
            {
                parameter.Value.ClearGradient();
            }

            var hidden = forward(TinyModels.Matrix(TinyModels.Ids("first", 7), TinyModels.Ids("second", 7)));
            model.Project(hidden).Square().Sum().Backward();
            return (hidden, TensorAssert.Gradients(model));
        }

        Tensor Forward(Tensor ids, long[]? places)
        {
            using var cache = isBehindACache ? new KeyValueCache(model.Config.Layers) : null;
            if (cache is not null)
            {
                model.Forward(TinyModels.Matrix(TinyModels.Ids("prefix", 4)), cache);
            }

            return model.Forward(ids, cache, wanted: places);
        }

        static Tensor Rows(Tensor hidden, long[] places) => hidden.Reshape(14, -1)
            .IndexSelect(0, Tensor.FromSpan([.. places.Select((place, i) => (i / 3 * 7) + place)], places.Length)).Reshape(2, 3, -1);
    }

    [Theory]
    [InlineData(DType.Float32, 1e-5)]
    [InlineData(DType.BFloat16, 0.05)] // Roundings to 8 bits in two layers, on logits of one to three.
    public void Forward_OneTokenAtATimeOnACache_GivesTheHiddenStatesOfAllAtOnce(DType dtype, double tolerance)
    {
        using var model = TinyModels.Fresh();
        model.ComputeType = dtype;
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var ids = TinyModels.Ids("row", 9);
        using var cache = new KeyValueCache(model.Config.Layers);
        model.Forward(TinyModels.Matrix(ids[..4]), cache);
        Tensor[] oneByOne = [.. ids[4..].Select(id => model.Forward(TinyModels.Matrix([id]), cache))];

        Assert.Equal(9, cache.Length);
        TensorAssert.Close(Hidden(model, ids).Narrow(1, 4, 5), Tensor.Cat(oneByOne, dim: 1), tolerance);
    }

    [Fact]
    public void Forward_MorePositionsThanTheModelHas_SaysHowMany()
    {
        using var model = TinyModels.Fresh();
        using var scope = new TensorScope();

        var error = Assert.Throws<ArgumentException>(() => model.Forward(TinyModels.Matrix(TinyModels.Ids("row", 65))));

        Assert.StartsWith("65 positions, but the model was made for 64.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fresh_TheSameSeedTwice_GivesTheSameBitsAndAnotherSeedDoesNot()
    {
        using var model = TinyModels.Fresh(1);
        using var twin = TinyModels.Fresh(1);
        using var other = TinyModels.Fresh(2);

        Assert.Equal(TensorAssert.Bits(model), TensorAssert.Bits(twin));
        Assert.NotEqual(TensorAssert.Bits(model), TensorAssert.Bits(other));
    }

    [Fact]
    public void ParameterCount_OfAConfiguration_IsTheNumberOfWeights()
    {
        using var model = TinyModels.Fresh();

        Assert.Equal(model.Parameters.Sum(p => p.Value.ElementCount), model.Config.ParameterCount);
    }

    [Fact]
    public void FreezeEmbeddings_BeforeAStep_LeavesTheEmbeddingAsItIs()
    {
        using var model = Decoder.Fresh(TinyModels.Config with { TiesEmbeddings = true }, 1);
        model.FreezeEmbeddings();
        using var optimizer = new AdamW(model.Parameters, new AdamWOptions());
        using var trainer = new SupervisedTrainer(model, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 0.01, 0, 1), 1.0);
        var before = model.Parameters.ToDictionary(p => p.Name, p => p.Value.ToFloats());

        trainer.Step([TokenBatch.Of([TinyModels.Example("a", 4, 3)])]);

        Assert.Equal(["model.embed_tokens.weight"], model.Parameters.Where(p => p.Value.ToFloats().SequenceEqual(before[p.Name])).Select(p => p.Name));
    }

    private static Tensor Hidden(Decoder model, int[] ids) => model.Forward(TinyModels.Matrix(ids));
}
