namespace Thaw.Learning.Jinja;

/// <summary>How much a template may ask for. Templates come from strangers; the limits bound time and memory of one rendering.</summary>
internal sealed record JinjaLimits
{
    public static readonly JinjaLimits Default = new();

    /// <summary>Evaluated expressions, statements and items of sequences. Ten million take about a second.</summary>
    public long Steps { get; init; } = 10_000_000;

    /// <summary>Characters of all texts made on the way, the result included: 256 MB, if all of them were kept.</summary>
    public long Characters { get; init; } = 128_000_000;

    /// <summary>Macros, callers and recursive loops inside each other.</summary>
    public int Calls { get; init; } = 200;
}
