namespace Thaw.Torch.Tests;

public sealed class ProductProbeTests
{
    [Fact]
    public void BestSeconds_OfBothTypes_AreShortAndPositive()
    {
        var (float32, bfloat16) = ProductProbe.BestSeconds();

        // 0.07 GFLOP: even a core that emulates bfloat16 needs less than a second.
        Assert.InRange(float32, 1e-7, 1);
        Assert.InRange(bfloat16, 1e-7, 1);
    }

    [Fact]
    public void FastestType_OfTheCpu_IsOneAnswerForTheProcess()
    {
        var first = TorchRuntime.FastestType(Device.Cpu);

        Assert.Contains(first, new[] { DType.Float32, DType.BFloat16 });
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(first, TorchRuntime.FastestType(Device.Cpu)));
    }
}
