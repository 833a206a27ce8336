using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;
using Thaw.Core.Text;

namespace Thaw.Core.Tasks.Points;

/// <summary>The binding of each demonstration: the training one, or one of a pool.</summary>
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
    private readonly IReadOnlyList<PointsBinding> _bindings;

    /// <exception cref="ArgumentException">There is no such pool, or it does not have as many different bindings as the dose.</exception>
    public PointsSampler(DemonstrationPlan plan)
    {
        _plan = plan;
        var name = plan.Pool ?? s_pools.GetAt(0).Key;
        var pool = s_pools.GetValueOrDefault(name) ?? throw new ArgumentException(NearestName.Describe("points pool", name, s_pools.Keys));
        _bindings = plan.Dose is { } dose ? Choose(pool, dose, SplitMix64.For(plan.Seed, $"points/dose/{name}")) : pool;
    }

    /// <returns>Null where no binding of the dose suits the hand. Without a dose some binding nearly always does.</returns>
    public PointsBinding? DrawOrNull(SplitMix64 random, PointsInstance hand)
    {
        if (_plan.Diversity == Diversity.Frozen || (_plan.DefaultBindingShare > 0 && random.NextBool(_plan.DefaultBindingShare)))
        {
            return PointsBinding.Training;
        }

        for (var i = 0; i < Tries; i++)
        {
            var binding = random.Pick(_bindings);
            if (hand.Suits(binding.Rule))
            {
                return binding;
            }
        }

        var suited = _bindings.Where(binding => hand.Suits(binding.Rule)).ToList();
        return suited.Count > 0 ? random.Pick(suited) : null;
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
