namespace Thaw.Cli.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("5GB", 5_000_000_000)]
    [InlineData("1.5 gb", 1_500_000_000)]
    [InlineData("200MB", 200_000_000)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("10KB", 10_000)]
    [InlineData("4096", 4096)]
    public void ParseOrNull_ASize_IsItsBytes(string text, long bytes) => Assert.Equal(bytes, ByteSize.ParseOrNull(text));

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("-1GB")]
    [InlineData("0")]
    [InlineData("0.1")]
    [InlineData("five GB")]
    [InlineData("1e9")]
    [InlineData("99999999999GB")]
    public void ParseOrNull_AnythingElse_IsNull(string text) => Assert.Null(ByteSize.ParseOrNull(text));
}
