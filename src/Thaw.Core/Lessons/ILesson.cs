using Thaw.Core.Randomness;

namespace Thaw.Core.Lessons;

/// <summary>One kind of row of the pretraining corpus. A lesson teaches reading and answering, never the solution of an instance.</summary>
public interface ILesson
{
    string Name { get; }

    /// <summary>Writes rows; everything random in them comes from <paramref name="random"/>.</summary>
    /// <remarks>The rows of one call may begin with the same words, so that a trainer can compute their beginning once.</remarks>
    IReadOnlyList<LessonRow> Write(SplitMix64 random, int rows);
}

/// <summary>One row of the corpus.</summary>
/// <param name="Stem">Text that comes first.</param>
/// <param name="Branches">Continuations of the stem, none of which sees another: as many rows as branches, at the price of one.</param>
public sealed record LessonRow(IReadOnlyList<LessonPart> Stem, IReadOnlyList<IReadOnlyList<LessonPart>> Branches)
{
    /// <summary>All texts of the row, the stem once.</summary>
    public IEnumerable<string> Texts => Branches.Prepend(Stem).Select(parts => string.Concat(parts.Select(part => part.Text)));
}

/// <summary>A stretch of a row. Pretraining scores the tokens of the parts with <paramref name="IsScored"/>.</summary>
public readonly record struct LessonPart(string Text, bool IsScored);
