using Thaw.Learning.Lora;
using Thaw.Learning.Models;
using Thaw.Learning.Tests.Training;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Lora;

public sealed class LoraAdapterTests
{
    private static readonly LoraOptions s_options = new(Rank: 3, Alpha: 5, Dropout: 0, [LoraTargets.AllLinear]);

    [Theory]
    [InlineData(8, 16.0, false, 2.0)]
    [InlineData(16, 8.0, true, 2.0)]
    public void Scale_IsAlphaOverRankOrItsRoot(int rank, double alpha, bool isStabilized, double expected) =>
        Assert.Equal(expected, new LoraOptions(rank, alpha, 0, ["q_proj"], isStabilized).Scale);

    [Fact]
    public void Fresh_AllLinear_IsOnTheSevenProjectionsOfEveryLayerAndNotOnTheOutput()
    {
        using var adapter = LoraAdapter.Fresh(TinyModels.Config, s_options, 1, "base");

        Assert.Equal(
            Enumerable.Range(0, 2).SelectMany(layer => "self_attn.q_proj self_attn.k_proj self_attn.v_proj self_attn.o_proj mlp.gate_proj mlp.up_proj mlp.down_proj".Split(' ')
                .Select(name => $"model.layers.{layer}.{name}")),
            adapter.Pairs.Select(pair => pair.Module));
        Assert.Equal("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", adapter.Parameters[0].Name);
        Assert.Equal([3, 16], adapter.Parameters[0].Value.Shape.ToArray());
        Assert.Equal("base_model.model.model.layers.1.mlp.down_proj.lora_B.weight", adapter.Parameters[^1].Name);
        Assert.Equal([16, 3], adapter.Parameters[^1].Value.Shape.ToArray());
    }

    [Fact]
    public void Fresh_BeginsAsPeftDoes_BZeroAndAUniformWithinOneOverTheRootOfItsInputs()
    {
        using var adapter = LoraAdapter.Fresh(TinyModels.Config, s_options with { Rank = 64 }, 1, "base");

        Assert.All(adapter.Pairs, pair => Assert.All(pair.B.Value.ToFloats(), value => Assert.Equal(0f, value)));
        Assert.All(adapter.Pairs, pair =>
        {
            var bound = 1 / Math.Sqrt(pair.A.Value.Shape[1]);
            var values = pair.A.Value.ToDoubles();
            Assert.InRange(values.Max(Math.Abs), 0.95 * bound, bound);

            // The deviation of a uniform distribution is bound / √3; of at least 1,024 draws it lies within 10 % (over four standard errors).
            Assert.InRange(Math.Sqrt(values.Average(v => v * v)) / (bound / Math.Sqrt(3)), 0.9, 1.1);
        });
    }

    [Theory]
    [InlineData("q_prj", "'q_prj' is no projection of the layers; the nearest known target is 'q_proj'.")]
    [InlineData("lm_head", "'lm_head' is no projection of the layers")]
    [InlineData("embed_tokens", "'embed_tokens' is no projection of the layers")]
    [InlineData("roj", "'roj' is no projection of the layers")]
    public void Fresh_OnATargetThatIsNone_NamesIt(string target, string clue)
    {
        var error = Assert.Throws<ArgumentException>(() => LoraAdapter.Fresh(TinyModels.Config, s_options with { Targets = ["q_proj", target] }, 1, "base"));

        Assert.StartsWith(clue, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_ByEndOrWholeName_IsPeftsRule()
    {
        string[] modules = [.. LoraTargets.ProjectionsOf(TinyModels.Config).Keys];

        Assert.Equal(
            ["model.layers.0.self_attn.v_proj", "model.layers.0.mlp.up_proj", "model.layers.1.self_attn.v_proj"],
            LoraTargets.Resolve(["self_attn.v_proj", "model.layers.0.mlp.up_proj"], modules));
    }

    [Fact]
    public void Forward_WithAFreshAdapter_IsThatOfTheBase()
    {
        using var scope = new TensorScope();
        using var plain = TinyModels.Fresh();
        using var adapted = Adapted(isFresh: true);
        var ids = TinyModels.Matrix(TinyModels.Ids("a", 9));

        Assert.Equal(plain.Forward(ids).ToFloats(), adapted.Forward(ids).ToFloats());
    }

    [Fact]
    public void Forward_WithAnAdapter_IsThatOfTheDenseSum()
    {
        using var scope = new TensorScope();
        using var adapted = Adapted();
        using var dense = Dense(adapted);
        using var plain = TinyModels.Fresh();
        var ids = TinyModels.Matrix(TinyModels.Ids("a", 9), TinyModels.Ids("b", 9));

        // x Wᵀ + s (x Aᵀ) Bᵀ against x (W + s B A)ᵀ: the same products summed in another order, in float32 through two layers.
        TensorAssert.Close(dense.Forward(ids), adapted.Forward(ids), 1e-5);
        Assert.True(plain.Forward(ids).ToFloats().Zip(adapted.Forward(ids).ToFloats(), (a, b) => Math.Abs(a - b)).Max() > 0.1);
    }

    /// <summary>With W' = W + s B A the chain rule gives dA = s Bᵀ dW' and dB = s dW' Aᵀ, so the dense model is the reference, in float64.</summary>
    [Fact]
    public void Backward_EveryFactor_HasTheGradientThatTheDenseModelImplies()
    {
        using var adapted = Adapted();
        using var dense = Dense(adapted);
        TokenBatch[] batches = [TokenBatch.Of([TinyModels.Example("a", 5, 4), TinyModels.Example("b", 3, 6)])];
        var (denseLoss, denseGradients) = Steps.Measure(dense, batches);
        using var optimizer = new AdamW(adapted.TrainedParameters, new AdamWOptions());
        using var trainer = new SupervisedTrainer(adapted, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 0, 0, 1), maxGradientNorm: 0);
        var loss = trainer.Step(batches).Loss;

        using var scope = new TensorScope();
        Assert.Equal(denseLoss, loss, 1e-5);
        Assert.Equal(14, adapted.Adapter!.Pairs.Count);
        foreach (var pair in adapted.Adapter!.Pairs)
        {
            var (a, b) = (pair.A.Value.Cast(DType.Float64), pair.B.Value.Cast(DType.Float64));
            var gradient = Tensor.FromSpan(denseGradients[pair.Module + ".weight"], b.Shape[0], a.Shape[1]) * s_options.Scale;

            // Both are float32 sums over nine positions through two layers: about 1e-6 of the greatest element.
            TensorAssert.Close(b.Transpose(0, 1).MatMul(gradient), pair.A.Value.GradientOrNull()!, 2e-5);
            TensorAssert.Close(gradient.MatMul(a.Transpose(0, 1)), pair.B.Value.GradientOrNull()!, 2e-5);
        }

        Assert.All(adapted.Parameters, parameter => Assert.Null(parameter.Value.GradientOrNull()));
    }

    [Fact]
    public void Step_OnAnAdaptedModel_ChangesTheFactorsAlone()
    {
        using var adapted = Adapted(isFresh: true);
        var (before, factors) = (TensorAssert.Bits(adapted), adapted.TrainedParameters.Select(p => p.Value.ToFloats()).ToList());
        using var optimizer = new AdamW(adapted.TrainedParameters, new AdamWOptions());
        using var trainer = new SupervisedTrainer(adapted, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 0.01, 0, 9), maxGradientNorm: 1);
        TokenBatch[] batches = [TokenBatch.Of([TinyModels.Example("a", 5, 4)])];
        var losses = Enumerable.Range(0, 9).Select(_ => trainer.Step(batches).Loss).ToList();

        Assert.Equal(before, TensorAssert.Bits(adapted));
        Assert.All(adapted.TrainedParameters.Zip(factors), pair => Assert.NotEqual(pair.Second, pair.First.Value.ToFloats()));
        Assert.True(losses[^1] < 0.9 * losses[0], string.Join(' ', losses));
    }

    [Fact]
    public void Step_AfterTheFirst_LeavesNoTensorsBehind()
    {
        using var adapted = Adapted(dropout: 0.3);
        using var optimizer = new AdamW(adapted.TrainedParameters, new AdamWOptions());
        using var trainer = new SupervisedTrainer(adapted, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 0.01, 0, 9), maxGradientNorm: 1);
        TokenBatch[] batches = [TokenBatch.Of([TinyModels.Example("a", 5, 4)])];
        trainer.Step(batches);

        LiveTensors.AreNotLeftBy(() => trainer.Step(batches));
    }

    [Fact]
    public void Step_OnTwoWorkers_IsThatOfOne()
    {
        // Four batches with dropout: the masks belong to the batch, not to the thread that computes it.
        TokenBatch[] batches = [.. Enumerable.Range(0, 4).Select(i => TokenBatch.Of([TinyModels.Example($"{i}", 5, 4)]))];
        var threads = TorchRuntime.Threads;
        try
        {
            TorchRuntime.Threads = 1;
            var one = Run();
            TorchRuntime.Threads = 2;
            TensorAssert.Close(one, Run(), 1e-5);
        }
        finally
        {
            TorchRuntime.Threads = threads;
        }

        Dictionary<string, double[]> Run()
        {
            using var scope = new TensorScope();
            using var adapted = Adapted(dropout: 0.3);
            using var optimizer = new AdamW(adapted.TrainedParameters, new AdamWOptions());
            using var trainer = new SupervisedTrainer(adapted, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 0, 0, 1), maxGradientNorm: 0);
            trainer.Step(batches);
            return adapted.TrainedParameters.ToDictionary(p => p.Name, p => p.Value.GradientOrNull()!.ToDoubles());
        }
    }

    [Fact]
    public void Dispose_AnAdaptedModel_FreesEverything() => LiveTensors.AreNotLeftBy(() =>
    {
        using var adapted = Adapted();
        using var replica = adapted.Replicate();
    });

    /// <summary>A tiny model with an adapter whose B is not 0 any more.</summary>
    internal static Decoder Adapted(bool isFresh = false, double dropout = 0)
    {
        using var scope = new TensorScope();
        using var plain = TinyModels.Fresh();
        var adapter = LoraAdapter.Fresh(TinyModels.Config, s_options with { Dropout = dropout }, 1, "base");
        var weights = plain.Parameters.ToDictionary(p => p.Name, p => p.Value.Detach().Clone());
        var adapted = new Decoder(TinyModels.Config, (name, _) => weights[name], default, adapter);
        if (!isFresh)
        {
            using var noGrad = new NoGradScope();
            foreach (var (pair, i) in adapter.Pairs.Select((pair, i) => (pair, i)))
            {
                var values = Enumerable.Range(0, (int)pair.B.Value.ElementCount).Select(n => 0.3f * MathF.Sin(n + (i * 7))).ToArray();
                pair.B.Value.CopyFrom(Tensor.FromSpan(values, pair.B.Value.Shape));
            }
        }

        return adapted;
    }

    private static Decoder Dense(Decoder adapted)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var sums = adapted.Parameters.ToDictionary(p => p.Name, p =>
            adapted.Adapter!.Find(p.Name.Replace(".weight", "", StringComparison.Ordinal)) is { } pair ? p.Value + pair.Delta() : p.Value.Clone());
        return new Decoder(adapted.Config, (name, _) => sums[name].Detach());
    }
}
