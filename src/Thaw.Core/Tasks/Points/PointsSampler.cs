using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;
using Thaw.Core.Text;

namespace Thaw.Core.Tasks.Points;

/// <summary>The binding of each demonstration: the training one, that of a split, or one of a pool.</summary>
/// <remarks>Held-out mappings, values and texts are in no pool, but for 5 and 7 in the paper's.</remarks>
internal sealed class PointsSampler
{
    /// <summary>Random choices before all bindings of the pool are gone through.</summary>
    private const int Tries = 32;

    private static readonly OrderedDictionary<string, IReadOnlyList<PointsBinding>> s_pools = new()
    {
        ["own"] = [.. Bindings(FaceCardMappings.Own, [InstructionText.Paper])],
        ["paper"] = [.. Bindings(FaceCardMappings.Paper, [InstructionText.Paper])],
        ["texts"] = [.. Bindings([FaceCardRule.Training], Paraphrases.ForTraining)],
        ["own-and-texts"] = [.. Bindings(FaceCardMappings.Own, Paraphrases.ForTraining)],
    };

    private readonly DemonstrationPlan _plan;
    private readonly BindingSource? _split;
    private readonly IReadOnlyList<PointsBinding> _bindings;

    /// <param name="split">What a split states; drawn bindings lend it their face cards. Null is the paper's prompt.</param>
    /// <exception cref="ArgumentException">There is no such pool, or it does not have as many different bindings as the dose.</exception>
    public PointsSampler(DemonstrationPlan plan, BindingSource? split)
    {
        (_plan, _split) = (plan, split);
        var name = plan.Pool ?? s_pools.GetAt(0).Key;
        var pool = s_pools.GetValueOrDefault(name) ?? throw new ArgumentException(NearestName.Describe("points pool", name, s_pools.Keys));
        _bindings = plan.Dose is { } dose ? Choose(pool, dose, SplitMix64.For(plan.Seed, $"points/dose/{name}")) : pool;
    }

    /// <returns>Null where no binding suits the hand. From a whole pool and the paper's hands some binding nearly always does.</returns>
    public PointsBinding? DrawOrNull(SplitMix64 random, PointsInstance hand)
    {
        if (_plan.Diversity == Diversity.Frozen)
        {
            return _split is null ? PointsBinding.Training : _split.Suits(hand) ? _split.Draw(random, hand) : null;
        }

        if (_plan.DefaultBindingShare > 0 && random.NextBool(_plan.DefaultBindingShare))
        {
            return Suited(PointsBinding.Training, random, hand);
        }

        for (var i = 0; i < Tries; i++)
        {
            if (Suited(random.Pick(_bindings), random, hand) is { } binding)
            {
                return binding;
            }
        }

        var suited = _bindings.Select(binding => Suited(binding, random, hand)).OfType<PointsBinding>().ToList();
        return suited.Count > 0 ? random.Pick(suited) : null;
    }

    private PointsBinding? Suited(PointsBinding drawn, SplitMix64 random, PointsInstance hand)
    {
        var binding = _split is null ? drawn : _split.Around(drawn, random);
        return hand.Suits(binding.Rule) ? binding : null;
    }

    // A larger dose of one seed holds the smaller ones.
    private static List<PointsBinding> Choose(IReadOnlyList<PointsBinding> pool, int dose, SplitMix64 random)
    {
        var different = pool.Distinct().ToList();
        if (dose < 1 || dose > different.Count)
        {
            throw new ArgumentException($"A dose lies between 1 and the {different.Count} different bindings of the pool, not {dose}.");
        }

        random.Shuffle(different);
        return different[..dose];
    }

    private static IEnumerable<PointsBinding> Bindings(IReadOnlyList<FaceCardRule> rules, IReadOnlyList<InstructionText> texts) =>
        from rule in rules from text in texts select PointsBinding.Of(PointsRule.Of(rule)) with { Text = text };
}
