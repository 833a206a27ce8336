using Thaw.Serving.Client;

namespace Thaw.Serving.Tests.Client;

public class EndpointAddressTests
{
    [Theory]
    [InlineData("http://localhost:8000", "http://localhost:8000/v1/")]
    [InlineData("http://localhost:8000/", "http://localhost:8000/v1/")]
    [InlineData("http://localhost:8000/v1", "http://localhost:8000/v1/")]
    [InlineData("https://host/api/v3/", "https://host/api/v3/")]
    public void Parse_WithAndWithoutPath_EndsInASlash(string text, string address) => Assert.Equal(address, EndpointAddress.Parse(text).ToString());

    [Theory]
    [InlineData("localhost:8000")]
    [InlineData("ftp://host")]
    [InlineData("")]
    [InlineData("http://host/v1?key=secret")]
    [InlineData("http://me:secret@host/v1")]
    public void Parse_AnythingElse_IsRefusedWithoutRepeatingASecret(string text)
    {
        var error = Assert.Throws<FormatException>(() => EndpointAddress.Parse(text));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0.25, 0.5)]
    [InlineData(3, 1, 2)]
    [InlineData(1000, 7.5, 15)]
    public void After_ManyFailures_WaitsLongerUpToALimit(int failures, double least, double most)
    {
        Assert.Equal(TimeSpan.FromSeconds(least), RetryDelay.After(failures, 0));
        Assert.Equal(TimeSpan.FromSeconds(most), RetryDelay.After(failures, 1));
    }
}
