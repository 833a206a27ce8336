using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Thaw.Core.Randomness;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Tests.Tokenization;

/// <summary>Files from strangers: each is read, or refused with the file's name and a cause, in bounded time and memory.</summary>
public sealed class TokenizerFuzzTests : IDisposable
{
    // A tokenizer has 20 MB of empty slots for pieces and phrases at most, an expression 2 MB of tables while they are made.
    private const long MaxBytes = 200_000_000;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private static readonly string[] s_strangers =
    [
        "null", "true", "-1", "0", "1.5", "1e999", "4194304", "99999999999999999999", "\"\"", "\"a\"", "\"\\ud800\"", "[]", "{}", "[[[]]]", "[null]", "{\"type\":null}", "\"(((((\"", "\"\\\\p{\"",
        "\"[a-\"", "\"a{256}{256}\"", "{\"type\":\"Sequence\"}", "{\"type\":\"Sequence\",\"pretokenizers\":[],\"normalizers\":[],\"processors\":[]}",
        "{\"Regex\":\"(a{200}|b{200}){200}\"}", "{\"Regex\":\"((((((a?b?){9}c){9}d){9}e){9}f){9}g){9}\"}", "{\"Regex\":\"(?:(?:a|b)*a(?:a|b){18})\"}", "{\"String\":\"\"}", "{\"Regex\":\"(?<=a)b\"}",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_ValuesReplacedByOthers_IsReadOrRefused()
    {
        var whole = Encoding.UTF8.GetString(Tokenizers.Json(_ => { }));
        var random = SplitMix64.For(41, "values");
        for (var i = 0; i < 600; i++)
        {
            var json = JsonNode.Parse(whole)!;
            var place = AnyPlace(json, random);
            if (random.NextBool(0.2))
            {
                place.Remove();
            }
            else
            {
                place.Replace("#here#");
            }

            Try(Encoding.UTF8.GetBytes(json.ToJsonString().Replace("\"#here#\"", random.Pick(s_strangers), StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Load_BytesChangedOrMissing_IsReadOrRefused()
    {
        var whole = Tokenizers.Json(_ => { });
        var random = SplitMix64.For(43, "bytes");
        for (var i = 0; i < 400; i++)
        {
            var json = whole.ToArray();
            for (var changes = random.NextInt(4); changes >= 0; changes--)
            {
                json[random.NextInt(json.Length)] = (byte)random.NextInt(256);
            }

            Try(i % 4 == 0 ? json[..random.NextInt(json.Length)] : json);
        }
    }

    [Theory]
    [InlineData(100_000, "[", "")]
    [InlineData(20_000, "{\"type\":\"Sequence\",\"pretokenizers\":[", "")]
    [InlineData(60, "{\"type\":\"Sequence\",\"pretokenizers\":[", "]}")]
    [InlineData(5000, "(", ")")]
    public void Load_DeepNesting_IsRefused(int depth, string open, string close)
    {
        var nested = string.Concat(Enumerable.Repeat(open, depth)) + string.Concat(Enumerable.Repeat(close, depth));
        nested = open == "(" ? $$"""{"type":"Split","pattern":{"Regex":"{{nested}}"},"behavior":"Isolated"}""" : nested;
        var json = Encoding.UTF8.GetString(Tokenizers.Json(root => root["pre_tokenizer"] = "#here#")).Replace("\"#here#\"", nested, StringComparison.Ordinal);
        Assert.NotNull(Try(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Load_ExpressionWithAHugeTable_IsRefusedBeforeItIsMade()
    {
        // Many kinds of characters, and as many places to remember as make more states than there may be.
        var kinds = string.Join('|', Enumerable.Range(0x4E00, 40).Select(point => $"{(char)point}b"));
        var json = Tokenizers.Json(root => root["pre_tokenizer"]!["pretokenizers"]![0]!["pattern"]!["Regex"] = $"{kinds}|(?:a|b)*a(?:a|b){{200}}");
        Assert.Matches("the expression is too large|different classes are not supported", Try(json));
    }

    [Fact]
    public void Load_MergesInACircle_EndOrAreRefused()
    {
        // A part without letters would give its neighbour back, for ever.
        Assert.Null(Try(Tokenizers.Json(root =>
        {
            root["model"]!["vocab"]![""] = root["model"]!["vocab"]!.AsObject().Count + root["added_tokens"]!.AsArray().Count;
            root["model"]!["merges"]!.AsArray().Insert(0, "a ");
            root["model"]!["merges"]!.AsArray().Insert(0, " a");
            root["added_tokens"] = new JsonArray();
        })));
        Assert.Contains("model.merges[0]", Try(Tokenizers.Json(root => root["model"]!["merges"]!.AsArray().Insert(0, "\u0120the\u0120 quick"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_ExpressionThatLooksAtTheRestAgainAndAgain_IsStopped()
    {
        var tokenizer = new BytePairTokenizer(Tokenizers.Letters with { Splits = [new("a+b")] });
        var error = Assert.Throws<InvalidDataException>(() => tokenizer.Encode(new string('a', 2_000_000)));
        Assert.Contains("a+b takes too long", error.Message, StringComparison.Ordinal);
    }

    /// <returns>The complaint, or null where the file was read.</returns>
    private string? Try(byte[] json)
    {
        var file = _folder["tokenizer.json"];
        File.WriteAllBytes(file, json);
        var (clock, bytes) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        string? complaint = null;
        try
        {
            var tokenizer = BytePairTokenizer.Load(file);
            tokenizer.Decode(tokenizer.Encode("the quick \u00E9\u0301 \U0001F600 12 <|im_end|>\n aaab", addTemplate: true));
        }
        catch (InvalidDataException error)
        {
            complaint = error.Message;
            Assert.StartsWith(file, complaint, StringComparison.Ordinal);
            Assert.True(complaint.Length > file.Length + 10, complaint);
        }

        Assert.True(clock.Elapsed < s_limit, $"took {clock.Elapsed}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - bytes, 0, MaxBytes);
        return complaint;
    }

    private static Place AnyPlace(JsonNode root, SplitMix64 random)
    {
        // Not every one of hundreds of tokens and merges alike: a step down is a step to any member.
        var node = root;
        while (true)
        {
            var members = node is JsonObject some ? [.. some.Select(m => new Place(some, m.Key, -1))] : node is JsonArray list ? [.. list.Select((_, i) => new Place(list, "", i))] : new List<Place>();
            var place = random.Pick(members);
            if (place.Value is not (JsonObject { Count: > 0 } or JsonArray { Count: > 0 }) || random.NextBool(0.3))
            {
                return place;
            }

            node = place.Value;
        }
    }

    private readonly record struct Place(JsonNode Parent, string Key, int Index)
    {
        public JsonNode? Value => Index < 0 ? Parent[Key] : Parent[Index];

        public void Replace(string value)
        {
            if (Index < 0)
            {
                Parent[Key] = value;
            }
            else
            {
                Parent[Index] = value;
            }
        }

        public void Remove()
        {
            if (Index < 0)
            {
                Parent.AsObject().Remove(Key);
            }
            else
            {
                Parent.AsArray().RemoveAt(Index);
            }
        }
    }
}
