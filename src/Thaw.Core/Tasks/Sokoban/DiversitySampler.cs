using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The binding of each demonstration: the training one, words that training may see, or marks, and with them a wording where the plan wants one.</summary>
/// <remarks>Held-out words and wordings cannot come out of it, nor the letters, digits and symbols of a split: it is never given them.</remarks>
public sealed class DiversitySampler
{
    private const int MaxDrawsWithoutNew = 10_000;

    private static readonly VocabularySource s_marks = VocabularySource.DrawnFrom(
        [.. "EFGHIJKLNOPQRSTUVWXYZ056789@%+=!?~^$".Select(mark => mark.ToString())]);

    private readonly DemonstrationPlan _plan;
    private readonly VocabularySource _words;
    private readonly IReadOnlyList<SokobanWording> _wordings;
    private readonly IReadOnlyList<SokobanBinding>? _dose;

    /// <exception cref="ArgumentException">There is no such pool, or it has fewer bindings than the dose.</exception>
    public DiversitySampler(DemonstrationPlan plan)
    {
        var pool = BindingPool.Find(plan.Pool);
        (_plan, _words) = (plan, VocabularySource.TrainingOf(pool.Lexicon));
        _wordings = pool.HasWordings ? [SokobanWording.Standard, .. SokobanWording.Training] : [SokobanWording.Standard];
        _dose = plan.Dose is { } dose ? DrawDose(dose) : null;
    }

    public SokobanBinding Draw(SplitMix64 random) => _plan.Diversity switch
    {
        Diversity.Frozen => SokobanBinding.Training,
        Diversity.Diverse when random.NextBool(_plan.DefaultBindingShare) => SokobanBinding.Training,
        Diversity.Diverse => _dose is null ? DrawNew(random) : random.Pick(_dose),
        _ => throw new ArgumentOutOfRangeException(nameof(random), _plan.Diversity, "Not a kind of diversity."),
    };

    private SokobanBinding DrawNew(SplitMix64 random) => new(WordsOfRow(random).Draw(random), AnswersSection.Explained)
    {
        Wording = _wordings.Count == 1 ? SokobanWording.Standard : random.Pick(_wordings),
    };

    private VocabularySource WordsOfRow(SplitMix64 random) => _plan.MarkShare > 0 && random.NextBool(_plan.MarkShare) ? s_marks : _words;

    // From a stream of their own, so that a smaller dose of the same seed is the beginning of a larger one.
    private List<SokobanBinding> DrawDose(int dose)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dose);
        var random = SplitMix64.For(_plan.Seed, "sokoban/demonstrations/dose");
        var (bindings, known) = (new List<SokobanBinding>(), new HashSet<SokobanBinding>());
        for (var fruitless = 0; bindings.Count < dose; fruitless++)
        {
            if (fruitless == MaxDrawsWithoutNew)
            {
                throw new ArgumentException($"The pool of bindings gave only {bindings.Count} of {dose} different bindings.");
            }

            var binding = DrawNew(random);
            if (known.Add(binding))
            {
                bindings.Add(binding);
                fruitless = 0;
            }
        }

        return bindings;
    }
}
