using System.Text;
using Thaw.Learning.Tokenization;
using Thaw.Learning.Tokenization.Splitting;

namespace Thaw.Learning.Tests.Tokenization;

public sealed class PieceSplitterTests
{
    [Theory]
    [InlineData(" # \t # \t _ \t", " # \t| # \t| _ \t")]
    [InlineData(" √ \t\n S \t", " √ \t|\n| S \t")]
    [InlineData("\n\n\nRules", "\n|\n|\n|Rules")]
    [InlineData("a quick fox", "a| quick| fox")]
    [InlineData(" 1 12 ", " 1| 1|2| ")]
    [InlineData("<answer> Up </answer>\n", "<answer>| Up| </answer>|\n")]
    [InlineData("(<answer>Up</answer>)", "(|<answer>|Up|</answer>|)")]
    [InlineData("</think> <answer>", "</think>| <answer>")]
    [InlineData(" ⬆️ ⬇️⬅️", " ⬆️| ⬇️|⬅️")]
    [InlineData("!⬆️", "!|⬆️")]
    [InlineData(" * & 1 M", " *| &| 1| M")]
    [InlineData("(X) = [1, 2]", "(|X|)| =| [|1|,| 2|]")]
    [InlineData("a   b\t\tc", "a|  | b|\t|\t|c")]
    [InlineData("trail  \n", "trail|  |\n")]
    [InlineData("नमस्ते", "नमस्ते")]
    [InlineData("😀😀", "😀|😀")]
    [InlineData("𝟙𝟚", "𝟙|𝟚")]
    [InlineData("𐐀𐐁 ab𐐀", "𐐀𐐁| ab𐐀")]
    public void Split_OfTheBaseModel_OnePieceIsOneThing(string text, string expected) => AssertPieces(SplitPattern.Thaw, text, expected);

    [Theory]
    [InlineData("Hello  world's  12\r\n\n x", "Hello| | world|'s| | |1|2|\r\n\n| x")]
    [InlineData("I'VE foo...bar\n", "I|'VE| foo|...|bar|\n")]
    [InlineData("(x) !!\n\n", "(x|)| !!\n\n")]
    [InlineData("a𐐀b 𝟙𝟚", "a𐐀b| |𝟙|𝟚")]
    [InlineData("x😀y", "x|😀y")]
    [InlineData("😀𐐀", "😀𐐀")]
    [InlineData("a'ſb", "a|'ſ|b")]
    public void Split_Qwen2_IsAsPublished(string text, string expected) => AssertPieces(SplitPattern.Qwen2, text, expected);

    [Theory]
    [InlineData("12345", "123|45")]
    [InlineData("𝟙𝟚𝟛𝟜", "𝟙𝟚𝟛|𝟜")]
    public void Split_Llama3_TakesDigitsByThree(string text, string expected) => AssertPieces(SplitPattern.Llama3, text, expected);

    [Fact]
    public void Split_TwoStages_SecondCutsThePiecesOfTheFirst() => AssertPieces([new("b+"), new("[ab]")], "aabbcc", "a|a|b|b|cc");

    [Fact]
    public void Split_EmptyText_HasNoPieces() => AssertPieces([new(SplitPattern.Thaw)], "", "");

    private static void AssertPieces(string pattern, string text, string expected) => AssertPieces([new SplitRule(pattern)], text, expected);

    private static void AssertPieces(IReadOnlyList<SplitRule> rules, string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var pieces = new PieceSplitter(rules).Split(bytes, new PieceList(), new PieceList());
        Assert.Equal(expected, string.Join('|', pieces.Span.ToArray().Select(piece => Encoding.UTF8.GetString(bytes[piece.Start..piece.End]))));
    }
}
