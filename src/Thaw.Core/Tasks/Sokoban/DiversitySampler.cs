using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The binding of each demonstration: the training one, or four words of the training part of the lexicon.</summary>
/// <remarks>Held-out words cannot come out of it: it is never given them.</remarks>
public sealed class DiversitySampler(DemonstrationPlan plan, Lexicon lexicon)
{
    private readonly VocabularySource _words = VocabularySource.DrawnFrom(lexicon.Training);

    public SokobanBinding Draw(SplitMix64 random) => plan.Diversity switch
    {
        Diversity.Frozen => SokobanBinding.Training,
        Diversity.Diverse when random.NextBool(plan.DefaultBindingShare) => SokobanBinding.Training,
        Diversity.Diverse => new SokobanBinding(_words.Draw(random), AnswersSection.Explained),
        _ => throw new ArgumentOutOfRangeException(nameof(random), plan.Diversity, "Not a kind of diversity."),
    };
}
