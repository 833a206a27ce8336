using System.Text.Json.Nodes;
using Thaw.Core.Randomness;
using Thaw.Learning.Tokenization;
using Thaw.Learning.Tokenization.Splitting;

namespace Thaw.Learning.Tests.Tokenization;

/// <summary>Small tokenizers, trained here.</summary>
internal static class Tokenizers
{
    private static readonly Lazy<TokenizerDefinition> s_small = new(() => Train(ThawTokenizer.NewTrainer()).Train(500));

    /// <summary>Trained on words, boards and random text with the split expression of the base model.</summary>
    public static BytePairTokenizer Small => new(s_small.Value);

    public static TokenizerDefinition SmallDefinition => s_small.Value;

    /// <summary>Of 256 bytes, then "ab", "abc" and "bc", without splitting.</summary>
    public static TokenizerDefinition Letters { get; } = new()
    {
        Vocabulary = ThawTokenizer.NewTrainer().Train(261).Vocabulary
            .Concat([KeyValuePair.Create("ab", 256), KeyValuePair.Create("abc", 257), KeyValuePair.Create("bc", 258)])
            .ToDictionary(),
        Merges = [("a", "b"), ("b", "c")],
        Splits = [new SplitRule(@"\p{L}+")],
    };

    public static BytePairTrainer Train(BytePairTrainer trainer)
    {
        for (var i = 0; i < 30; i++)
        {
            trainer.Add($" # \t # \t _ \t P \t\n # \t X \t O \t # \t\nthe quick brown fox {i} <answer> Up </answer> jumps over the lazy dog ⬆️ <think>");
            trainer.Add(RandomText.Draw(SplitMix64.For(1, $"train/{i}"), 20));
        }

        return trainer;
    }

    /// <summary>The tokenizer.json of <see cref="SmallDefinition"/>, changed.</summary>
    public static byte[] Json(Action<JsonObject> change)
    {
        var stream = new MemoryStream();
        TokenizerJsonWriter.Write(stream, SmallDefinition);
        var root = JsonNode.Parse(stream.ToArray())!.AsObject();
        change(root);
        return System.Text.Encoding.UTF8.GetBytes(root.ToJsonString());
    }
}
