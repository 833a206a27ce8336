using System.Text.RegularExpressions;
using Thaw.Learning.Tests.Models;

namespace Thaw.Learning.Tests.Sft.Linting;

/// <summary>docs/datasets.md explains every rule, and no other.</summary>
public partial class LintDocumentTests
{
    [Fact]
    public void Document_Rules_AreThoseOfTheLinters()
    {
        var root = Path.Combine(GoldenModels.Folder(""), "..", "..", "..");
        var source = string.Concat(Directory.EnumerateFiles(Path.Combine(root, "src/Thaw.Learning/Sft/Linting"), "*Linter.cs").Select(File.ReadAllText));
        var rules = Rule().Matches(source).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.True(rules.Count > 10);
        Assert.Equal(rules.Order(), Row().Matches(File.ReadAllText(Path.Combine(root, "docs/datasets.md"))).Select(match => match.Groups[1].Value).Order());
    }

    // A name with a hyphen between quotes, alone as an argument.
    [GeneratedRegex("(?<=[ (])\"([a-z]+-[a-z-]+)\",")]
    private static partial Regex Rule();

    [GeneratedRegex("(?m)^\\| `([a-z]+-[a-z-]+)` \\((?:error|warning|note)")]
    private static partial Regex Row();
}
