using Thaw.Learning.Models;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Training;

public sealed class SupervisedTrainerTests
{
    private static readonly TokenBatch[] s_batches =
        [TokenBatch.Of([TinyModels.Example("a", 5, 3), TinyModels.Example("b", 4, 4)]), TokenBatch.Of([TinyModels.Example("c", 6, 5)])];

    [Theory]
    [InlineData(OptimizerKind.Adamw)]
    [InlineData(OptimizerKind.Muon)]
    public void Step_FortyTimesOnOneBatch_MemorisesIt(OptimizerKind kind)
    {
        using var model = TinyModels.Fresh();
        using var optimizer = Optimizer(model, kind);
        using var trainer = new SupervisedTrainer(model, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 0.02, 0, 40), 1.0);

        TrainingStep last = default;
        for (var step = 0; step < 40; step++)
        {
            last = trainer.Step(s_batches);
        }

        Assert.Equal(40, last.Number);
        Assert.InRange(last.Loss, 0, 0.05);
        Assert.Equal(1.0, last.Accuracy);
        Assert.Equal(1.0, SupervisedTrainer.Accuracy(model, s_batches));
    }

    [Fact]
    public void Step_OnFreshWeights_HasTheLossOfAGuess()
    {
        using var model = Decoder.Fresh(TinyModels.Config with { TiesEmbeddings = true, InitialDeviation = 0.02 }, 1);

        // Logits deviate by 0.02 √16 = 0.08, which adds half its square to ln V, and chance on twelve targets about 0.08 / √12.
        Assert.Equal(Math.Log(TinyModels.Vocabulary), Steps.Measure(model, s_batches).Loss, 0.05);
    }

    [Theory]
    [InlineData("model.embed_tokens.weight", float.NaN)]
    [InlineData("model.layers.0.input_layernorm.weight", float.NaN)]
    [InlineData("model.layers.0.self_attn.q_proj.weight", float.NaN)]
    [InlineData("model.layers.0.self_attn.k_norm.weight", float.NaN)]
    [InlineData("model.layers.1.self_attn.v_proj.weight", float.PositiveInfinity)]
    [InlineData("model.layers.1.mlp.gate_proj.weight", float.NaN)]
    [InlineData("model.layers.1.mlp.up_proj.weight", float.NegativeInfinity)]
    [InlineData("lm_head.weight", float.PositiveInfinity)]
    public void Step_LossOrGradientNotFinite_ThrowsBeforeTheUpdate(string name, float poison)
    {
        using var model = TinyModels.Fresh();
        using var optimizer = Optimizer(model, OptimizerKind.Adamw);
        using var trainer = new SupervisedTrainer(model, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 0.02, 0, 40), 1.0);
        trainer.Step(s_batches);
        using (new NoGradScope())
        {
            using var scope = new TensorScope();
            model.Parameters.Single(p => p.Name == name).Value.CopyFrom(Tensor.Full([1], poison));
        }

        var before = TensorAssert.Bits(model);
        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Step(s_batches));

        Assert.StartsWith("Step 2: loss ", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, TensorAssert.Bits(model));
        Assert.Equal(1, trainer.Steps);
    }

    [Fact]
    public void Step_WithoutTargets_Throws()
    {
        using var model = TinyModels.Fresh();
        using var optimizer = Optimizer(model, OptimizerKind.Adamw);
        using var trainer = new SupervisedTrainer(model, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 1, 0, 1), 1.0);

        Assert.Throws<ArgumentException>(() => trainer.Step([TokenBatch.Of([new TrainingExample([1, 2], [false, false])])]));
    }

    [Theory]
    [InlineData(OptimizerKind.Adamw)]
    [InlineData(OptimizerKind.Muon)]
    public void Step_AfterTheFirst_LeavesNoTensors(OptimizerKind kind)
    {
        using var model = TinyModels.Fresh();
        using var optimizer = Optimizer(model, kind);
        using var trainer = new SupervisedTrainer(model, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 0.02, 0, 40), 1.0);
        trainer.Step(s_batches);

        LiveTensors.AreNotLeftBy(() => trainer.Step(s_batches));
    }

    [Fact]
    public void Dispose_OfModelAndOptimizer_LeavesNoTensors() => LiveTensors.AreNotLeftBy(() =>
    {
        using var model = TinyModels.Fresh();
        using var optimizer = Optimizer(model, OptimizerKind.Muon);
    });

    [Fact]
    public void Step_InBFloat16_KeepsWeightsInFloat32AndLearns()
    {
        using var model = TinyModels.Fresh();
        model.ComputeType = DType.BFloat16;
        using var optimizer = Optimizer(model, OptimizerKind.Adamw);
        using var trainer = new SupervisedTrainer(model, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 0.02, 0, 40), 1.0);

        var losses = Enumerable.Range(0, 40).Select(_ => trainer.Step(s_batches).Loss).ToList();

        Assert.All(model.Parameters, p => Assert.Equal(DType.Float32, p.Value.DType));
        Assert.InRange(losses[^1], 0, 0.05);
    }

    private static IOptimizer Optimizer(Decoder model, OptimizerKind kind) => kind == OptimizerKind.Muon
        ? new Muon(model.Parameters, new MuonOptions(RateRatio: 1), new AdamWOptions())
        : new AdamW(model.Parameters, new AdamWOptions());
}
