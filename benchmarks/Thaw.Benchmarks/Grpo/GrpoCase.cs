using Thaw.Core.Demonstrations;

namespace Thaw.Benchmarks.Grpo;

/// <summary>One kind of GRPO step.</summary>
/// <param name="Forced">New tokens of every completion, whatever the model wants; 0 lets it end by itself.</param>
internal sealed record GrpoCase(string Name, Diversity Diversity, int Forced)
{
    public const int Prompts = 16;
    public const int Completions = 8;

    /// <summary>As <c>max_completion_length</c> of <c>thaw grpo</c>.</summary>
    private const int MostTokens = 64;

    public static IReadOnlyList<GrpoCase> All { get; } =
    [
        new("answers, frozen", Diversity.Frozen, 0),
        new("answers, diverse", Diversity.Diverse, 0),
        new("thoughts, frozen", Diversity.Frozen, 128),
        new("thoughts, diverse", Diversity.Diverse, 128),
    ];

    public int MaxNewTokens => Forced > 0 ? Forced : MostTokens;

    public static GrpoCase Find(string name) => All.FirstOrDefault(known => known.Name == name)
        ?? throw new ArgumentException($"'{name}' is no case. Known: {string.Join("; ", All.Select(known => known.Name))}.");
}
