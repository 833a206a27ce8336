using System.Security.Cryptography;
using System.Text;
using Thaw.Core.Datasets;

namespace Thaw.Core.Tests.Datasets;

public sealed class DatasetWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Complete_AllBlocks_GivesTheFilesTheirNamesAndHashes()
    {
        using var writer = Writer("plan");
        Append(writer, 0, 10);

        var files = writer.Complete();

        Assert.Equal(Lines(0, 10), File.ReadAllText(_folder["a"]));
        Assert.Equal(Lines(0, 10).ToUpperInvariant(), File.ReadAllText(_folder["b"]));
        Assert.All(files, file => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.Path))), file.Sha256));
        Assert.Equal(["a", "b"], Names());
        Assert.Equal(10, writer.Counts["rows"]);
    }

    [Fact]
    public void Open_AfterAnInterruption_GoesOnWithTheSameBytesAndCounts()
    {
        using (var first = Writer("plan"))
        {
            Append(first, 0, 7);
            Interrupt(first);
            Append(first, 7, 3);
        }

        using var second = Writer("plan");
        Assert.Equal(7, second.Rows);
        Append(second, 7, 3);
        second.Complete();

        Assert.Equal(Lines(0, 10), File.ReadAllText(_folder["a"]));
        Assert.Equal(Lines(0, 10).ToUpperInvariant(), File.ReadAllText(_folder["b"]));
        Assert.Equal(10, second.Counts["rows"]);
    }

    [Fact]
    public void Open_AfterManyRowsAndAKill_NeedsNoWordOfIt()
    {
        using (var first = Writer("plan"))
        {
            for (var row = 0; row < 40_000; row += 1000)
            {
                Append(first, row, 1000);
            }
        }

        using var second = Writer("plan");
        Assert.InRange(second.Rows, 32_000, 40_000);
    }

    [Fact]
    public void Open_WithAnotherPlan_StartsAnew()
    {
        using (var first = Writer("plan"))
        {
            Append(first, 0, 7);
            Interrupt(first);
        }

        using var second = Writer("other plan");
        Assert.Equal(0, second.Rows);
        Append(second, 0, 1);
        second.Complete();
        Assert.Equal(Lines(0, 1), File.ReadAllText(_folder["a"]));
    }

    [Theory]
    [InlineData("a.partial", "x")]
    [InlineData("b.partial", "")]
    [InlineData("a.progress", "{")]
    public void Open_AfterDamage_StartsAnew(string damaged, string content)
    {
        using (var first = Writer("plan"))
        {
            Append(first, 0, 7);
            Interrupt(first);
        }

        File.WriteAllText(_folder[damaged], content);
        using var second = Writer("plan");
        Assert.Equal(0, second.Rows);
        Append(second, 0, 7);
        second.Complete();
        Assert.Equal(Lines(0, 7), File.ReadAllText(_folder["a"]));
    }

    [Fact]
    public void Open_WhileAnotherWrites_IsRefused()
    {
        using var first = Writer("plan");

        Assert.ThrowsAny<IOException>(() => Writer("plan"));
    }

    private static string Lines(int first, int count) => string.Concat(Enumerable.Range(first, count).Select(i => $"row {i}\n"));

    private static void Append(DatasetWriter writer, int first, int count)
    {
        var text = Lines(first, count);
        writer.Append(new DatasetBlock(
            count, [Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(text.ToUpperInvariant())], new Dictionary<string, long> { ["rows"] = count }));
    }

    private static void Interrupt(DatasetWriter writer) => Assert.Throws<OperationCanceledException>(() => writer.StopIfAsked(new CancellationToken(canceled: true)));

    private DatasetWriter Writer(string plan) => new([_folder["a"], _folder["b"]], plan);

    private IEnumerable<string?> Names() => Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
