using Thaw.Core.Randomness;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Pretraining;

namespace Thaw.Learning.Analysis;

/// <summary>Text that has nothing to do with the task: how far did a model move where nothing asked it to?</summary>
internal static class NeutralText
{
    public const string SetName = "neutral";

    /// <summary>What leaves it out.</summary>
    public const string None = "none";

    private const string Lesson = "language";

    /// <summary>Rows of the pretraining corpus' language lesson, from a stream that pretraining never draws from.</summary>
    public static IReadOnlyList<ScoredText> BuiltIn(ModelFolder model, int rows, ulong seed)
    {
        var random = SplitMix64.For(seed, "analyse/neutral");
        return [.. LessonCatalog.Find(Lesson).Write(random, rows).Select(row => new ScoredText(model.Tokenizer.Encode(row.Texts.First()), 1))];
    }

    /// <exception cref="InvalidDataException">A row is malformed or too long, or there is none with two tokens.</exception>
    public static IReadOnlyList<ScoredText> Read(string path, ModelFolder model)
    {
        var texts = path.EndsWith(".jsonl", StringComparison.Ordinal)
            ? JsonLines.ReadEach<Row>(path).Select(line => (line.Number, (line.Value ?? throw line.Error!).Text))
            : File.ReadLines(path).Select((line, index) => (index + 1, line));
        var rows = new List<ScoredText>();
        foreach (var (line, text) in texts)
        {
            var ids = model.Tokenizer.Encode(text);
            if (ids.Length > model.Decoder.Config.MaxPositions)
            {
                throw new InvalidDataException($"{path}: line {line} has {ids.Length} tokens, more than the model's {model.Decoder.Config.MaxPositions} positions.");
            }

            // A single token has none before it that could predict it.
            if (ids.Length > 1)
            {
                rows.Add(new ScoredText(ids, 1));
            }
        }

        return rows.Count > 0 ? rows : throw new InvalidDataException($"{path}: has no line of two tokens or more.");
    }

    private sealed record Row(string Text);
}
