using System.Text.RegularExpressions;
using Thaw.Core.Tasks;

namespace Thaw.Cli.Tests.Verbs;

/// <summary>docs/cli.md names all that the golden list of verbs, flags and keys has, and all splits.</summary>
public sealed partial class CommandLineDocumentTests
{
    private static readonly string s_document = File.ReadAllText(Path.Combine(Repository.Root, "docs/cli.md"));

    [Fact]
    public void Document_EveryVerb_HasASectionThatNamesItsFlagsAndAnExample()
    {
        var verbs = Golden().Where(line => !line.StartsWith(' ')).ToList();

        Assert.NotEmpty(verbs);
        Assert.All(verbs, line =>
        {
            var section = SectionOf(line.Split(' ')[0]);
            Assert.Contains("./thaw " + Verb().Match(line).Value, section, StringComparison.Ordinal);
            Assert.All(Flag().Matches(line), flag => Assert.Matches($"{flag.Value}(?![a-z-])", section));
        });
    }

    [Fact]
    public void Document_EveryKey_IsNamedInTheSectionOfItsVerb()
    {
        var verb = "";
        foreach (var line in Golden())
        {
            verb = line.StartsWith(' ') ? verb : line.Split(' ')[0];
            if (line.StartsWith(' '))
            {
                // The keys of training are explained once, below sft, and those of a round's sampling below collect.
                var key = line.Trim().Split(':')[0].Split('.')[^1];
                Assert.True(
                    new[] { verb, "sft", "collect" }.Any(section => SectionOf(section).Contains($"`{key}`", StringComparison.Ordinal)),
                    $"docs/cli.md does not name the key {key} of {verb}.");
            }
        }
    }

    [Fact]
    public void Document_EverySplit_IsInTheTableOfItsTask()
    {
        var tables = s_document[s_document.IndexOf("## Splits", StringComparison.Ordinal)..s_document.IndexOf("## Pools", StringComparison.Ordinal)];
        var points = tables.IndexOf("General Points", StringComparison.Ordinal);

        Assert.All(TaskCatalog.Find("sokoban").Splits, split => Assert.Contains($"`{split.Name}`", tables[..points], StringComparison.Ordinal));
        Assert.All(TaskCatalog.Find("points").Splits, split => Assert.Contains($"`{split.Name}`", tables[points..], StringComparison.Ordinal));
    }

    [Fact]
    public void Readme_PointsToTheDocument() =>
        Assert.Contains("(docs/cli.md)", File.ReadAllText(Path.Combine(Repository.Root, "README.md")), StringComparison.Ordinal);

    private static string[] Golden() => File.ReadAllLines(Path.Combine(Repository.Root, "tests/Thaw.Cli.Tests/golden/verbs.txt"));

    // To the next heading of the same rank.
    private static string SectionOf(string verb)
    {
        var start = s_document.IndexOf($"\n## thaw {verb}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/cli.md has no section '## thaw {verb}'.");
        var end = s_document.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return s_document[start..end];
    }

    [GeneratedRegex("^[a-z]+( (sokoban|points)\\b)?")]
    private static partial Regex Verb();

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex Flag();
}
