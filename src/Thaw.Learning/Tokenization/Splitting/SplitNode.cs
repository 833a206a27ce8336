namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>A part of a split expression.</summary>
internal abstract record SplitNode
{
    /// <summary>One character of a set.</summary>
    public sealed record One(CodePointSet Set) : SplitNode;

    public sealed record Sequence(IReadOnlyList<SplitNode> Parts) : SplitNode;

    /// <summary>The first choice that leads to a match is taken, not the longest.</summary>
    public sealed record Choice(IReadOnlyList<SplitNode> Options) : SplitNode;

    /// <param name="Max">-1 for no limit.</param>
    /// <param name="IsLazy">As few as possible instead of as many as possible.</param>
    public sealed record Repeat(SplitNode Body, int Min, int Max, bool IsLazy) : SplitNode;

    /// <summary>Matches nothing, where the next character is of the set; <paramref name="AtEnd"/>: and where there is no next character.</summary>
    public sealed record Ahead(CodePointSet Set, bool AtEnd) : SplitNode;

    /// <summary>Whether it can match no character at all.</summary>
    public bool IsNullable => this switch
    {
        One => false,
        Sequence sequence => sequence.Parts.All(part => part.IsNullable),
        Choice choice => choice.Options.Any(option => option.IsNullable),
        Repeat repeat => repeat.Min == 0 || repeat.Body.IsNullable,
        _ => true,
    };

    /// <summary>The characters with which a match may begin, those behind a nullable beginning included.</summary>
    public CodePointSet First => this switch
    {
        One one => one.Set,
        Sequence sequence => FirstOf(sequence.Parts),
        Choice choice => choice.Options.Aggregate(CodePointSet.Empty, (all, option) => all.Union(option.First)),
        Repeat repeat => repeat.Body.First,
        _ => CodePointSet.Empty,
    };

    private static CodePointSet FirstOf(IReadOnlyList<SplitNode> parts)
    {
        var first = CodePointSet.Empty;
        foreach (var part in parts)
        {
            first = first.Union(part.First);
            if (!part.IsNullable)
            {
                break;
            }
        }

        return first;
    }
}
