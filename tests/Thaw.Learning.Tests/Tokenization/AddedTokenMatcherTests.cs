using System.Text;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Tests.Tokenization;

public sealed class AddedTokenMatcherTests
{
    [Theory]
    [InlineData("a<x>b", "a|[<x>]|b")]
    [InlineData("<x><x>", "[<x>]|[<x>]")]
    [InlineData("<x>yz<x>y", "[<x>yz]|[<x>y]")]
    [InlineData("a <l> b", "a|[ <l>]| b")]
    [InlineData("a <r> \n b", "a |[<r> \n ]|b")]
    [InlineData("<r>  <l>", "[<r>  ]|[<l>]")]
    [InlineData("the cat sat", "the |[cat]| sat")]
    [InlineData("concat cats cat_ cat", "concat cats cat_ |[cat]")]
    [InlineData("catécat!", "catécat!")]
    [InlineData("(cat)", "(|[cat]|)")]
    [InlineData("", "")]
    public void Split_AddedTokens_AreFoundAsTheReferenceFindsThem(string text, string expected)
    {
        var matcher = new AddedTokenMatcher(
        [
            new(0, "<x>"), new(1, "<x>y"), new(2, "<x>yz"), new(3, "<l>", StripsLeft: true), new(4, "<r>", StripsRight: true), new(5, "cat", IsSingleWord: true),
        ]);
        var bytes = Encoding.UTF8.GetBytes(text);
        string TextOf(AddedTokenMatcher.Part part) => Encoding.UTF8.GetString(bytes[part.Start..part.End]);
        Assert.Equal(expected, string.Join('|', matcher.Split(bytes).Select(p => p.TokenId < 0 ? TextOf(p) : $"[{TextOf(p)}]")));
    }

    [Fact]
    public void Split_WithoutAddedTokens_IsTheText() =>
        Assert.Equal([new AddedTokenMatcher.Part(-1, 0, 3)], new AddedTokenMatcher([]).Split("abc"u8));

    [Fact]
    public void Encode_NormalizedAddedToken_IsFoundInComposedText()
    {
        var tokenizer = new BytePairTokenizer(Tokenizers.Letters with
        {
            NormalizesToFormC = true,
            AddedTokens = [new(259, "caf\u00E9", IsNormalized: true), new(260, "th\u00E9")],
        });
        Assert.Equal([259], tokenizer.Encode("cafe\u0301"));
        Assert.NotEqual([260], tokenizer.Encode("the\u0301"));
    }
}
