using Thaw.Learning.Lora;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Lora;

public sealed class LoraDropoutTests
{
    private const int Count = 40_000;

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void Mask_DropsTheShareAndKeepsTheMean(double rate)
    {
        using var scope = new TensorScope();
        var values = new LoraDropout(rate, 1).Mask(Count, 12345).ToFloats();
        var dropped = values.Count(value => value == 0) / (double)Count;

        // Four standard errors of a share.
        Assert.InRange(dropped, rate - (4 * Math.Sqrt(rate * (1 - rate) / Count)), rate + (4 * Math.Sqrt(rate * (1 - rate) / Count)));
        Assert.All(values.Distinct(), value => Assert.Contains(value, new[] { 0, (float)(1 / (1 - rate)) }));

        // Neighbours are independent: both dropped as often as chance has it.
        var both = values.Zip(values.Skip(1), (a, b) => a == 0 && b == 0).Count(pair => pair) / (double)Count;
        Assert.InRange(both, (rate * rate) - (4 * rate / Math.Sqrt(Count)), (rate * rate) + (4 * rate / Math.Sqrt(Count)));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0x9abcdef0u)]
    public void PlainMask_WhichOtherDevicesCompute_IsTheSame(uint key)
    {
        using var scope = new TensorScope();
        var dropout = new LoraDropout(0.3, 1);

        Assert.Equal(dropout.Mask(5000, key).ToFloats(), dropout.PlainMask(5000, key, default).ToFloats());
    }

    [Fact]
    public void Apply_DependsOnStepBatchAndCallAlone()
    {
        using var scope = new TensorScope();
        var x = Tensor.Full([50, 8], 1.0);
        var dropout = new LoraDropout(0.5, seed: 3);
        var first = Draw(dropout, 1, 0);

        Assert.Equal(first, Draw(dropout, 1, 0));
        Assert.Equal(first, Draw(dropout.Replicate(), 1, 0));
        Assert.NotEqual(first[0], first[1]);
        Assert.NotEqual(first, Draw(dropout, 2, 0));
        Assert.NotEqual(first, Draw(dropout, 1, 1));
        Assert.NotEqual(first, Draw(new LoraDropout(0.5, seed: 4), 1, 0));

        float[][] Draw(LoraDropout dropout, int step, int batch)
        {
            dropout.Begin(step, batch);
            float[][] drawn = [dropout.Apply(x).ToFloats(), dropout.Apply(x).ToFloats()];
            dropout.End();
            return drawn;
        }
    }

    [Fact]
    public void Apply_OutsideABatch_ChangesNothing()
    {
        using var scope = new TensorScope();
        var dropout = new LoraDropout(0.5, 1);
        var x = Tensor.Full([4], 1.0);
        Assert.Same(x, dropout.Apply(x));
        dropout.Begin(1, 0);
        Assert.NotSame(x, dropout.Apply(x));
        dropout.End();
        Assert.Same(x, dropout.Apply(x));
    }
}
