using Thaw.Learning.Objectives;
using Thaw.Learning.Tests.Training;

namespace Thaw.Learning.Tests.Objectives;

public sealed class L2AnchorTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AddGradients_IsTheGradientOfTheSquaredDistance(bool normalize)
    {
        using var origin = TinyModels.Fresh(seed: 1);
        using var model = TinyModels.Fresh(seed: 2);
        var batch = Steps.Plain(TinyModels.Example("a", 5, 3));
        var weights = model.Parameters.Sum(p => p.Value.ElementCount);
        var plain = Steps.Measure(model, [batch]);

        var anchored = Steps.Measure(model, [batch], LossPlan.CrossEntropy with { Anchor = new L2Anchor(model, origin, 0.5, normalize) });

        var scale = normalize ? 0.5 / weights : 0.5;
        var loss = 0.0;
        foreach (var (own, start) in model.Parameters.Zip(origin.Parameters))
        {
            var drift = own.Value.ToDoubles().Zip(start.Value.ToDoubles(), (a, b) => a - b).ToArray();
            loss += scale * drift.Sum(d => d * d);
            TensorAssert.Close([.. plain.Gradients[own.Name].Zip(drift, (g, d) => g + (2 * scale * d))], anchored.Gradients[own.Name], 1e-5);
        }

        Assert.Equal(loss, anchored.Loss - plain.Loss, 1e-4 * Math.Max(1, loss));
    }

    [Fact]
    public void AddGradients_AtTheOrigin_AddsNothing()
    {
        using var model = TinyModels.Fresh();
        using var origin = TinyModels.Fresh();
        var batch = Steps.Plain(TinyModels.Example("a", 5, 3));

        var plain = Steps.Measure(model, [batch]);
        var anchored = Steps.Measure(model, [batch], LossPlan.CrossEntropy with { Anchor = new L2Anchor(model, origin, 0.5) });

        Assert.Equal(plain.Loss, anchored.Loss);
        TensorAssert.Close(plain.Gradients, anchored.Gradients, 0);
    }
}
