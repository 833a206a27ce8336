using System.Text;
using Thaw.Core.Randomness;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Tests.Tokenization;

public sealed class BytePairTokenizerTests
{
    [Fact]
    public void Decode_OfEncodedRandomUnicode_IsTheText()
    {
        var tokenizer = Tokenizers.Small;
        var random = SplitMix64.For(3, "round trip");
        for (var i = 0; i < 2000; i++)
        {
            var text = RandomText.Draw(random, random.NextInt(30));
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void Decode_OfEveryCodePoint_IsTheText()
    {
        var tokenizer = Tokenizers.Small;
        var all = new StringBuilder();
        for (var point = 0; point <= 0x10FFFF; point++)
        {
            all.Append(Rune.IsValid(point) ? new Rune(point).ToString() : "");
        }

        var text = all.ToString();
        Assert.True(text == tokenizer.Decode(tokenizer.Encode(text)));
    }

    [Fact]
    public void Encode_LoneSurrogate_IsReadAsReplacementCharacter()
    {
        // Not a theory: an attribute cannot hold half a surrogate pair.
        (string Text, string Expected)[] cases =
            [("a\uD83D", "a\uFFFD"), ("\uDE00\uD83D", "\uFFFD\uFFFD"), ("\uD83D\uD83D\uDE00!", "\uFFFD\U0001F600!")];
        Assert.All(cases, c => Assert.Equal(c.Expected, Tokenizers.Small.Decode(Tokenizers.Small.Encode(c.Text))));
    }

    [Theory]
    [InlineData('a')]
    [InlineData(' ')]
    [InlineData('\n')]
    [InlineData('-')]
    [InlineData('<')]
    [InlineData('界')]
    public void Encode_AMillionEqualCharacters_Ends(char character)
    {
        // A quadratic merge or split would take hours here, not seconds.
        var text = new string(character, 1_000_000);
        Assert.True(text == Tokenizers.Small.Decode(Tokenizers.Small.Encode(text)));
    }

    [Fact]
    public void Encode_BoardCellsAndTags_AreOneTokenEach()
    {
        var tokenizer = Tokenizers.Small;
        Assert.Equal([" # \t", " _ \t", " P \t", "\n", " # \t", " <answer>", " Up", " </answer>", "<|im_end|>"],
            tokenizer.Encode(" # \t _ \t P \t\n # \t <answer> Up </answer><|im_end|>").Select(tokenizer.TokenText));
    }

    [Fact]
    public void Encode_MergesByRank_NotFromTheLeft()
    {
        var tokenizer = new BytePairTokenizer(Tokenizers.Letters with { Merges = [("b", "c"), ("a", "b")] });
        Assert.Equal(["a", "bc"], tokenizer.Encode("abc").Select(tokenizer.TokenText));
    }

    [Theory]
    [InlineData(false, new[] { "ab", "c" })]
    [InlineData(true, new[] { "abc" })]
    public void Encode_PieceIsATokenThatNoMergeReaches_IsTakenOnlyWhereMergesAreIgnored(bool ignoresMerges, string[] expected)
    {
        var tokenizer = new BytePairTokenizer(Tokenizers.Letters with { IgnoresMerges = ignoresMerges });
        Assert.Equal(expected, tokenizer.Encode("abc").Select(tokenizer.TokenText));
    }

    [Fact]
    public void Encode_WithTemplate_PutsItsTokensAround()
    {
        var tokenizer = new BytePairTokenizer(Tokenizers.SmallDefinition with { TemplatePrefix = [495], TemplateSuffix = [497] });
        Assert.Equal([495, .. tokenizer.Encode("fox"), 497], tokenizer.Encode("fox", addTemplate: true));
    }

    [Fact]
    public void Encode_NormalizingTokenizer_ComposesFirst()
    {
        var tokenizer = new BytePairTokenizer(Tokenizers.Letters with { NormalizesToFormC = true });
        Assert.Equal("\u00E9", tokenizer.Decode(tokenizer.Encode("e\u0301")));
    }

    [Fact]
    public void Encode_FromManyThreads_GivesTheSameIds()
    {
        var tokenizer = Tokenizers.Small;
        var texts = Enumerable.Range(0, 200).Select(i => RandomText.Draw(SplitMix64.For(5, $"{i % 50}"), 20)).ToList();
        var alone = texts.Select(text => string.Join(' ', Tokenizers.Small.Encode(text))).ToList();
        Assert.Equal(alone, texts.AsParallel().AsOrdered().Select(text => string.Join(' ', tokenizer.Encode(text))));
    }

    [Fact]
    public void Decode_SkippingSpecial_KeepsThoughts()
    {
        var tokenizer = Tokenizers.Small;
        Assert.Equal("<think>fox", tokenizer.Decode(tokenizer.Encode("<|im_start|><think>fox<|im_end|>"), skipSpecial: true));
    }

    [Fact]
    public void Decode_UnknownId_NamesIt()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizers.Small.Decode([500]));
        Assert.Contains("ids run from 0 to 499", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IdOf_TextOfEachToken_IsItsId()
    {
        var tokenizer = Tokenizers.Small;
        Assert.Equal(500, tokenizer.VocabularySize);
        Assert.All(Enumerable.Range(0, 500).Where(id => !tokenizer.TokenText(id).Contains('\uFFFD', StringComparison.Ordinal)),
            id => Assert.Equal(id, tokenizer.IdOf(tokenizer.TokenText(id))));
    }

    [Fact]
    public void IdOf_UnknownText_NamesIt() =>
        Assert.Contains("'no such token'", Assert.Throws<ArgumentException>(() => Tokenizers.Small.IdOf("no such token")).Message, StringComparison.Ordinal);

    [Fact]
    public void Append_EveryPrefixOfTheStream_IsAPrefixOfTheText()
    {
        var tokenizer = new BytePairTokenizer(Tokenizers.Letters);
        const string text = "ab 👩‍👩‍👧 é 界";
        var stream = new TokenStreamDecoder(tokenizer);
        var sofar = "";
        foreach (var id in tokenizer.Encode(text))
        {
            sofar += stream.Append(id);
            Assert.StartsWith(sofar, text, StringComparison.Ordinal);
        }

        Assert.Equal(text, sofar + stream.Finish());
    }

    [Fact]
    public void Finish_InsideACharacter_GivesAReplacementCharacter()
    {
        var tokenizer = new BytePairTokenizer(Tokenizers.Letters);
        var ids = tokenizer.Encode("界")[..2];
        var stream = new TokenStreamDecoder(tokenizer);
        Assert.Equal(tokenizer.Decode(ids), string.Concat(ids.Select(stream.Append)) + stream.Finish());
    }
}
