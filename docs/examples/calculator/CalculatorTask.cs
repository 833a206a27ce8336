using Thaw.Core.Demonstrations;
using Thaw.Core.Lessons;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Calculator;

/// <summary>Reach a number with three keys.</summary>
public sealed class CalculatorTask : ITask
{
    internal const string TaskName = "calculator";

    private static readonly KeyWords s_colours = new("red", "green", "blue");

    private static readonly CalculatorSplit[] s_splits =
    [
        new("id", SplitKind.Id, GreatestTarget: 199, KeyWords.Training),
        new("colours", SplitKind.Instruction, GreatestTarget: 199, s_colours),
        new("fake", SplitKind.Fake, GreatestTarget: 199, s_colours, Scored: KeyWords.Training),
        new("larger", SplitKind.Difficulty, GreatestTarget: 599, KeyWords.Training),
    ];

    public string Name => TaskName;

    public IReadOnlyList<Split> Splits => s_splits;

    public IReadOnlyList<ILesson> Lessons => [];

    public IReadOnlyList<string> Passages => [];

    public IReadOnlyList<IInstance> DrawInstances(Split split, Fold fold, int count, ulong seed)
    {
        var own = (CalculatorSplit)split;
        var random = SplitMix64.For(seed, $"calculator/instances/{own.InstanceFamily}/{fold}");
        var instances = new OrderedDictionary<string, CalculatorInstance>();
        for (var draws = 0; instances.Count < count; draws++)
        {
            if (draws == 1000 * (count + 1))
            {
                throw new ArgumentException($"Found only {instances.Count} of {count} different instances in the {fold} fold.");
            }

            var instance = own.Draw(random);
            if (instance.Fold == fold)
            {
                instances.TryAdd(instance.Id, instance);
            }
        }

        return [.. instances.Values];
    }

    public IEpisode Begin(Split split, IInstance instance, ulong seed)
    {
        var own = (CalculatorSplit)split;
        return new CalculatorEpisode((CalculatorInstance)instance, own.Stated, own.Scored ?? own.Stated);
    }

    public IEnumerable<Demonstration> Demonstrate(DemonstrationPlan plan) =>
        new CalculatorTeacher(plan, plan.Split as CalculatorSplit ?? s_splits[0]).Write();
}

/// <summary>A row of the split table.</summary>
/// <param name="Scored">Null where the judge takes what the prompt states, as everywhere but on Fake.</param>
internal sealed record CalculatorSplit(string Name, SplitKind Kind, int GreatestTarget, KeyWords Stated, KeyWords? Scored = null)
    : Split(Name, Kind, $"to-{GreatestTarget}")
{
    /// <summary>A start below 10 and a target above it; every target can be reached in <see cref="CalculatorEpisode.MaxTurns"/> turns.</summary>
    public CalculatorInstance Draw(SplitMix64 random) => new(random.NextInt(10), 10 + random.NextInt(GreatestTarget - 9));
}
