using System.Runtime.CompilerServices;
using System.Text.Json;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Tests.Tokenization;

public sealed class CanonicalCompositionTests
{
    [Fact]
    public void Compose_GoldenStrings_AreAsPythonComposesThem()
    {
        foreach (var pair in JsonSerializer.Deserialize<string[][]>(File.ReadAllText(Golden()))!)
        {
            Assert.Equal(pair[1], CanonicalComposition.Compose(pair[0]));
            Assert.Equal(pair[1], CanonicalComposition.Compose(pair[1]));
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("\u00E9", "\u00E9")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("a\u0310\u0301", "a\u0310\u0301")]
    [InlineData("a\u0316\u0301", "\u00E1\u0316")]
    [InlineData("\u0958", "\u0915\u093C")]
    public void Compose_KnownCases_AreAsTheStandardSays(string text, string expected) => Assert.Equal(expected, CanonicalComposition.Compose(text));

    private static string Golden([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "golden", "tokenizers", "normalization.json"));
}
