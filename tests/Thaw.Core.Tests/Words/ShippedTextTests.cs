using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Thaw.Core.Demonstrations;
using Thaw.Core.Lessons;
using Thaw.Core.Randomness;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Core.Words;

namespace Thaw.Core.Tests.Words;

/// <summary>The base model that ships and the committed studies were made from these texts: they stay as they are to the byte.</summary>
public class ShippedTextTests
{
    [Fact]
    public void Default_Words_AreTheShippedOnesInTheirOrder()
    {
        Assert.Equal("c779b4f6", Hash(Lexicon.Default.Training));
        Assert.Equal("aee4c5b7", Hash(Lexicon.Default.HeldOut));
    }

    [Theory]
    [InlineData(Diversity.Frozen, 0.0, 0, "40cb6612")]
    [InlineData(Diversity.Frozen, 0.0, 4, "54b1e672")]
    [InlineData(Diversity.Diverse, 0.0, 0, "bcc152ea")]
    [InlineData(Diversity.Diverse, 0.25, 4, "aff91c8f")]
    public void Demonstrate_AnswerRows_AreTheShippedOnes(Diversity diversity, double defaultBindingShare, int extraStarts, string expected) => Assert.Equal(
        expected,
        Hash(TaskCatalog.Find("sokoban").Demonstrate(new DemonstrationPlan(diversity, Seed: 20, defaultBindingShare, extraStarts)).Take(4000).Select(Line)));

    [Theory]
    [InlineData("lookup", "7fbcd653")]
    [InlineData("reading", "3e9ed6f1")]
    [InlineData("board", "804f295f")]
    [InlineData("prompt", "286ee2e7")]
    [InlineData("language", "4a8dc70f")]
    public void Write_ManyRowsOfALesson_AreTheShippedOnes(string lesson, string expected) => Assert.Equal(expected, Hash(Rows(lesson, 400).Select(Parts)));

    [Fact]
    public void Write_FirstRowsOfTheLessons_AreTheGoldenOnes()
    {
        string[] lessons = ["lookup", "reading", "board", "prompt", "language"];
        var rows = lessons.SelectMany(lesson => Rows(lesson, 1).Select(row => $"== {lesson}\n{Parts(row)}\n"));

        Assert.Equal(File.ReadAllText(Golden("lessons.txt")), string.Concat(rows));
    }

    private static IReadOnlyList<LessonRow> Rows(string lesson, int count) => TaskCatalog.Find("sokoban").Lessons.Concat(GeneralLessons.All)
        .Single(known => known.Name == lesson)
        .Write(SplitMix64.For(20, lesson), count);

    // A bar before what is given and a plus before what is scored.
    private static string Parts(LessonRow row) =>
        string.Join('\n', row.Branches.Prepend(row.Stem).Select(parts => string.Concat(parts.Select(part => $"{(part.IsScored ? '+' : '|')}{part.Text}"))));

    private static string Line(Demonstration row)
    {
        using var stream = new MemoryStream();
        JsonLines.Write(stream, [row]);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Hash(IEnumerable<string> texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))))[..8];

    private static string Golden(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden", file);
}
