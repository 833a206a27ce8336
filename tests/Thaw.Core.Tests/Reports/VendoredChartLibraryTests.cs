using System.Security.Cryptography;
using System.Text.Json;
using Thaw.Core.Reports;

namespace Thaw.Core.Tests.Reports;

public class VendoredChartLibraryTests
{
    private static readonly JsonElement s_record = Json("chart.js.vendored.json");

    [Theory]
    [InlineData("chart.umd.min.js")]
    [InlineData("chart.js.LICENSE.md")]
    public void EmbeddedFile_ItsHash_IsTheRecordedOne(string file)
    {
        using var stream = ReportAsset.Open(file);

        Assert.Equal(s_record.GetProperty("files").GetProperty(file).GetString(), "sha512-" + Convert.ToBase64String(SHA512.HashData(stream)));
    }

    [Fact]
    public void Record_VersionAndIntegrity_AreThoseOfTheLockFile()
    {
        var locked = Json("package-lock.json").GetProperty("packages").GetProperty("node_modules/chart.js");

        Assert.Equal(locked.GetProperty("version").GetString(), s_record.GetProperty("version").GetString());
        Assert.Equal(locked.GetProperty("integrity").GetString(), s_record.GetProperty("integrity").GetString());
    }

    [Fact]
    public void Package_Version_IsPinned() =>
        Assert.Equal(s_record.GetProperty("version").GetString(), Json("package.json").GetProperty("dependencies").GetProperty("chart.js").GetString());

    private static JsonElement Json(string name)
    {
        using var stream = typeof(VendoredChartLibraryTests).Assembly.GetManifestResourceStream(name)!;
        return JsonDocument.Parse(stream).RootElement.Clone();
    }
}
