using Thaw.Cli.Configuration;
using Thaw.Learning.Collecting;
using Thaw.Learning.Sft;
using Thaw.Torch;

namespace Thaw.Cli.Tests.Configuration;

public sealed class ProductTypeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Resolve_RunThatGoesOn_KeepsWhatItBeganWith(bool begun)
    {
        var resolved = _folder.Write("sft.yaml", ConfigurationWriter.Write(new SftOptions { Bf16 = begun }));

        Assert.Equal(begun, ProductType.Resolve(null, ProductType.ReadOrNull(resolved), "cpu"));
        Assert.Equal(!begun, ProductType.Resolve(!begun, ProductType.ReadOrNull(resolved), "cpu"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReadOrNull_OfAPart_IsThatOfNoOther(bool begun)
    {
        var resolved = _folder.Write("rft.yaml", ConfigurationWriter.Write(new RftOptions { Collect = new() { Bf16 = !begun }, Sft = new() { Bf16 = begun } }));

        Assert.Equal(begun, ProductType.ReadOrNull(resolved, "sft.bf16"));
    }

    [Fact]
    public void Resolve_NewRun_TakesWhatIsFaster()
    {
        Assert.Null(ProductType.ReadOrNull(Path.Combine(_folder.Path, "sft.yaml")));
        Assert.Equal(TorchRuntime.FastestType(Device.Cpu) == DType.BFloat16, ProductType.Resolve(null, null, "cpu"));
    }
}
