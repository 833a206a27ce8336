using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The binding of each demonstration: the training one, four words of the training part of the lexicon, or four marks.</summary>
/// <remarks>Held-out words cannot come out of it, nor the letters, digits and symbols of a split: it is never given them.</remarks>
public sealed class DiversitySampler(DemonstrationPlan plan, Lexicon lexicon)
{
    private static readonly VocabularySource s_marks = VocabularySource.DrawnFrom(
        [.. "EFGHIJKLNOPQRSTUVWXYZ056789@%+=!?~^$".Select(mark => mark.ToString())]);

    private readonly VocabularySource _words = VocabularySource.DrawnFrom(lexicon.Training);

    public SokobanBinding Draw(SplitMix64 random) => plan.Diversity switch
    {
        Diversity.Frozen => SokobanBinding.Training,
        Diversity.Diverse when random.NextBool(plan.DefaultBindingShare) => SokobanBinding.Training,
        Diversity.Diverse when plan.MarkShare > 0 && random.NextBool(plan.MarkShare) => new SokobanBinding(s_marks.Draw(random), AnswersSection.Explained),
        Diversity.Diverse => new SokobanBinding(_words.Draw(random), AnswersSection.Explained),
        _ => throw new ArgumentOutOfRangeException(nameof(random), plan.Diversity, "Not a kind of diversity."),
    };
}
