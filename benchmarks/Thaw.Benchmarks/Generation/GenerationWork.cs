using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;

namespace Thaw.Benchmarks.Generation;

/// <summary>What both sides decode.</summary>
/// <param name="Batch">Rows at once, at most.</param>
internal sealed record GenerationCase(int Batch, IReadOnlyList<GenerationWorkRow> Rows)
{
    /// <summary>Whether tokens are drawn at temperature 1 in the timed rounds; else the most probable are taken.</summary>
    public bool IsSampled { get; init; }
}

/// <param name="IgnoreStops">Writes exactly <paramref name="NewTokens"/>.</param>
internal sealed record GenerationWorkRow(int[] Ids, int NewTokens, bool IgnoreStops);

/// <summary>The cases: Sokoban prompts of the shipped task, as evaluation, rollouts and serving would ask them.</summary>
internal static class GenerationWork
{
    public const string Samples = "samples";
    public const string Alone = "alone";

    private const int SamplesOfAPrompt = 16;
    private const int Batch = 64;

    public static IReadOnlyDictionary<string, GenerationCase> Make(ModelFolder model)
    {
        var prompts = TaskCatalog.Find("sokoban").Demonstrate(new DemonstrationPlan(Diversity.Diverse, 7))
            .Select(row => model.Tokenizer.Encode(row.Prompt)).Take(256).ToList();
        var random = SplitMix64.For(1, "benchmarks/generation");
        return new Dictionary<string, GenerationCase>
        {
            // 64 rows of 4 prompts at a time: rollouts. Once answers of a word, as the base writes them, once thoughts of 48 tokens.
            ["answers"] = new(Batch, Repeated(prompts.Take(16), prompt => new GenerationWorkRow(prompt, 16, false))) { IsSampled = true },
            [Samples] = new(Batch, Repeated(prompts.Take(8), prompt => new GenerationWorkRow(prompt, 48, true))) { IsSampled = true },
            [Alone] = new(1, [.. prompts.Take(6).Select(prompt => new GenerationWorkRow(prompt, 48, true))]),
            // Each prompt once: what is shared is what the wording of the task has in common.
            ["evaluation"] = new(Batch, [.. prompts.Select(prompt => new GenerationWorkRow(prompt, 16, false))]),
            // Nothing shared: every row begins with a token of its own.
            ["long"] = new(8, [.. Enumerable.Range(0, 8).Select(i => new GenerationWorkRow([300 + i, .. prompts.Skip(8 * i).Take(8).SelectMany(p => p).Take(800)], 16, true))]),
            ["mixed"] = new(Batch, [.. prompts.Take(128).Select(prompt => new GenerationWorkRow(prompt, 4 + random.NextInt(125), true))]) { IsSampled = true },
        };
    }

    private static List<GenerationWorkRow> Repeated(IEnumerable<int[]> prompts, Func<int[], GenerationWorkRow> rowOf) =>
        [.. prompts.SelectMany(prompt => Enumerable.Repeat(rowOf(prompt), SamplesOfAPrompt))];
}
