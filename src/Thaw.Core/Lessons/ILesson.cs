using Thaw.Core.Randomness;

namespace Thaw.Core.Lessons;

/// <summary>One kind of row of the pretraining corpus.</summary>
public interface ILesson
{
    string Name { get; }

    /// <summary>Writes one row; everything random in it comes from <paramref name="random"/>.</summary>
    IReadOnlyList<LessonPart> Write(SplitMix64 random);
}

/// <summary>A stretch of a row. Pretraining scores the tokens of the parts with <paramref name="IsScored"/>.</summary>
public readonly record struct LessonPart(string Text, bool IsScored);
