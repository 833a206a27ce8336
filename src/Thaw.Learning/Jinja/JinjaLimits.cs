namespace Thaw.Learning.Jinja;

/// <summary>How much a template may ask for. Templates come from strangers; the limits bound time and memory of one rendering.</summary>
internal sealed record JinjaLimits
{
    public static readonly JinjaLimits Default = new();

    /// <summary>Evaluated expressions, statements, items of sequences, and every 16 characters read. Ten million take one to three seconds.</summary>
    public long Steps { get; init; } = 10_000_000;

    /// <summary>Characters of all texts made on the way, the result included, with 32 for each item of a new list: 256 MB, if all were kept.</summary>
    public long Characters { get; init; } = 128_000_000;

    /// <summary>Macros, callers and recursive loops inside each other.</summary>
    public int Calls { get; init; } = 200;
}
