using System.Text.Json.Nodes;
using Thaw.Cli.Output;
using Thaw.Core.Progress;

namespace Thaw.Cli.Tests.Output;

public sealed class ReportingTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Reporting_WithJson_PrintsTheObjectAloneOnStdout()
    {
        Report(json: true);

        Assert.Equal("{\"word\":\"⬆️\"}\n", _output.ToString());
        Assert.Contains("a table", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("a remark", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("training: 50 %", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Reporting_WithoutJson_PrintsTheTextOnStdout()
    {
        Report(json: false);

        Assert.Equal("a table\n", _output.ToString());
        Assert.DoesNotContain("a table", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_FolderBelowAFile_NamesTheFolder()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Write("file", ""), "out");

        var error = Assert.Throws<IOException>(() => OutputFolder.Prepare(path));

        Assert.StartsWith($"{path}: cannot be used as output folder: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_NewFolder_LeavesItEmpty()
    {
        using var folder = new TemporaryFolder();

        var full = OutputFolder.Prepare(Path.Combine(folder.Path, "a", "b"));

        Assert.Empty(Directory.EnumerateFileSystemEntries(full));
    }

    private void Report(bool json)
    {
        using var reporting = new Reporting(_output, _error, json);
        reporting.Progress.Report(new WorkProgress("training", 1, 2));
        reporting.Note("a remark");
        reporting.Say("a table");
        reporting.Result(new JsonObject { ["word"] = "⬆️" });
    }
}
