using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Training;

public sealed class MuonTests
{
    private static readonly AtenOperator s_singularValues = AtenOperator.Find("linalg_svdvals");

    [Theory]
    [InlineData(8, 32)]
    [InlineData(32, 8)]
    [InlineData(4, 4)]
    public void Orthogonal_OfARandomMatrix_HasSingularValuesNearOne(int rows, int columns)
    {
        using var scope = new TensorScope();
        var matrix = Tensor.FromSpan(RandomNumbers.Normal("m", rows * columns), rows, columns);

        var values = s_singularValues.Call(Muon.Orthogonal(matrix)).ToDoubles();

        // The published polynomial does not converge to 1 but ends between 0.7 and 1.2; small ones need more than five steps.
        Assert.All(values, value => Assert.InRange(value, 0.6, 1.3));
    }

    [Fact]
    public void Orthogonal_OfVeryDifferentSingularValues_LiftsTheSmallestInFiveSteps()
    {
        using var scope = new TensorScope();
        var values = Muon.Orthogonal(Tensor.FromSpan([1f, 0, 0, 0, 0.1f, 0, 0, 0, 0.03f], 3, 3)).ToDoubles();

        // Each step multiplies small ones by 3.44: two steps would leave 0.03 at 0.35.
        Assert.All([values[0], values[4], values[8]], value => Assert.InRange(value, 0.6, 1.3));
    }

    [Fact]
    public void Orthogonal_OfAScaledRotation_KeepsItsDirections()
    {
        using var scope = new TensorScope();
        var (cos, sin) = ((float)Math.Cos(0.3), (float)Math.Sin(0.3));
        var result = Muon.Orthogonal(Tensor.FromSpan([7 * cos, -7 * sin, 7 * sin, 7 * cos], 2, 2)).ToDoubles();

        var length = Math.Sqrt((result[0] * result[0]) + (result[1] * result[1]));
        TensorAssert.Close([cos * length, -sin * length, sin * length, cos * length], result, 1e-5);
    }

    [Fact]
    public void Update_OnAModel_MovesEmbeddingAndNormsAsAdamWDoes()
    {
        using var model = TinyModels.Fresh();
        using var twin = TinyModels.Fresh();
        TokenBatch[] batch = [TokenBatch.Of([TinyModels.Example("a", 4, 3)])];
        using var muon = new Muon(model.Parameters, new MuonOptions(RateRatio: 1), new AdamWOptions());
        using var adamW = new AdamW(twin.Parameters, new AdamWOptions());
        var schedule = new LearningRateSchedule(ScheduleKind.Constant, 0.01, 0, 1);

        using var trainer = new SupervisedTrainer(model, muon, schedule, 1.0);
        using var twinTrainer = new SupervisedTrainer(twin, adamW, schedule, 1.0);

        trainer.Step(batch);
        twinTrainer.Step(batch);

        var moved = model.Parameters.Zip(twin.Parameters).Where(pair => !pair.First.Value.ToFloats().SequenceEqual(pair.Second.Value.ToFloats()));
        Assert.Equal(
            model.Parameters.Where(p => p.Name.EndsWith("_proj.weight", StringComparison.Ordinal)).Select(p => p.Name),
            moved.Select(pair => pair.First.Name));
    }

    [Fact]
    public void Update_FirstStepOfAMatrix_IsTheOrthogonalGradientTimesTheRate()
    {
        using var parameter = new Parameter("model.layers.0.w", Tensor.FromSpan(RandomNumbers.Normal("w", 24), 6, 4));
        using var other = new Parameter("norm", Tensor.Full([2], 1.0));
        using var muon = new Muon([parameter, other], new MuonOptions(RateRatio: 2, WeightDecay: 0.1), new AdamWOptions());
        using var scope = new TensorScope();
        var gradient = RandomNumbers.Normal("g", 24);
        AdamWTests.SetGradient(parameter, gradient);
        AdamWTests.SetGradient(other, [1, 1]);
        var before = parameter.Value.ToDoubles();
        var orthogonal = Muon.Orthogonal(Tensor.FromSpan(gradient, 6, 4)).ToDoubles();

        muon.Update(0.01);

        // Scale-free, so Nesterov's factor on the first gradient does not matter; a tall matrix takes √(6 / 4) longer steps.
        var expected = before.Zip(orthogonal, (w, o) => (w * (1 - (0.02 * 0.1))) - (0.02 * Math.Sqrt(1.5) * o)).ToArray();
        TensorAssert.Close(expected, parameter.Value.ToDoubles(), 1e-6);
    }
}
