namespace Thaw.Torch.Tests;

public sealed class FastestTypeTests
{
    [Theory]
    [InlineData("AuthenticAMD", "fpu avx512f avx512_bf16", true)]
    [InlineData("AuthenticAMD", "fpu avx2", false)]
    [InlineData("GenuineIntel", "fpu avx512f avx512_bf16 amx_bf16", false)]
    public void IsBFloat16Faster_OfACpu_FollowsFromItsMakerAndInstructions(string maker, string flags, bool expected) =>
        Assert.Equal(expected, TorchRuntime.IsBFloat16Faster(["processor\t: 0", $"vendor_id\t: {maker}", $"flags\t\t: {flags}", "", "processor\t: 1"]));

    // The flags of a virtual machine may be few, those of an ARM core are called otherwise.
    [Fact]
    public void IsBFloat16Faster_OfAnUnknownCpu_IsFalse() => Assert.False(TorchRuntime.IsBFloat16Faster([]));
}
