using System.Text.Json.Nodes;
using Thaw.Core.Demonstrations;
using Thaw.Core.Lessons;
using Thaw.Core.Randomness;
using Thaw.Core.Scoring;
using Thaw.Core.Tasks.Points.Reference;
using Thaw.Core.Tasks.Points.Scoring;

namespace Thaw.Core.Tasks.Points;

/// <summary>General Points: make 24 from a hand of cards.</summary>
public sealed class PointsTask : IScoredTask
{
    internal const string TaskName = "points";

    public string Name => TaskName;

    public IReadOnlyList<Split> Splits => PointsSplits.All;

    /// <summary>None: the language lesson of the corpus reads hands and rules already.</summary>
    public IReadOnlyList<ILesson> Lessons => [];

    /// <summary>None: the tokenizer of the shipped base model is learnt from what is here.</summary>
    public IReadOnlyList<string> Passages => [];

    public int AnswerTokens => 256;

    public IReferenceSource Reference { get; } = new PointsReference();

    public IPromptReader PromptReader { get; } = new PointsPromptReader();

    public IReadOnlyList<Scorer> Scorers => PointsQuestion.Scorers;

    public IReadOnlyList<Scorer> Rewards => PointsQuestion.Rewards;

    public IReadOnlyList<string> InstanceForms => QuestionReader.InstanceForms;

    // Half a second of drawing without a new hand.
    internal int MaxDrawsWithoutNew { get; init; } = 20_000;

    /// <inheritdoc/>
    /// <remarks>
    /// A hand of a family can be solved under every rule that the family's splits state or score. There are few sets of four cards,
    /// so a hand comes again in another order when no new set is found; the sets of one round all differ.
    /// </remarks>
    /// <exception cref="ArgumentException">The family does not have so many different hands in the fold.</exception>
    public IReadOnlyList<IInstance> DrawInstances(Split split, Fold fold, int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var family = Own(split).Hands;
        var random = SplitMix64.For(seed, $"points/instances/{family.Name}/{fold}");
        var suits = new Dictionary<ulong, bool>();
        var (ids, sets) = (new HashSet<string>(), new HashSet<ulong>());
        var instances = new List<IInstance>(count);
        for (var fruitless = 0; instances.Count < count; fruitless++)
        {
            if (fruitless == MaxDrawsWithoutNew)
            {
                if (sets.Count == 0)
                {
                    throw new ArgumentException($"Found only {instances.Count} of {count} different hands of {family.Name} in the {fold} fold.");
                }

                sets.Clear();
                fruitless = 0;
            }

            var hand = family.Draw(random);
            var set = CanonicalHand.HashOf(hand.Cards);
            if (hand.Fold != fold || sets.Contains(set) || ids.Contains(hand.Id) || !SuitsAll(hand, set))
            {
                continue;
            }

            sets.Add(set);
            ids.Add(hand.Id);
            instances.Add(hand);
            fruitless = 0;
        }

        return instances;

        bool SuitsAll(PointsInstance hand, ulong set)
        {
            if (!suits.TryGetValue(set, out var answer))
            {
                answer = PointsSplits.All.Where(other => other.Hands.Name == family.Name).All(other => other.Suits(hand));
                suits.Add(set, answer);
            }

            return answer;
        }
    }

    public IEpisode Begin(Split split, IInstance instance, ulong seed)
    {
        var (own, hand) = (Own(split), Own(instance));
        var stated = StatedBinding(own, hand, seed);
        return new PointsEpisode(hand, stated, own.Scored ?? stated.Rule);
    }

    public IQuestion? ReadQuestionOrNull(CompletionRow row) => QuestionReader.ReadOrNull(row);

    /// <inheritdoc/>
    /// <remarks>The keys <c>cards</c> and <c>values</c>.</remarks>
    public JsonObject Describe(Split split, IInstance instance, ulong seed)
    {
        var hand = Own(instance);
        return new JsonObject
        {
            ["cards"] = new JsonArray([.. hand.Cards.Select(card => JsonValue.Create(card.ToString()))]),
            ["values"] = new JsonArray([.. ScoredRule(Own(split), hand, seed).Faces.ValuesOf(hand.Cards).Select(value => JsonValue.Create(value))]),
        };
    }

    public IEnumerable<Demonstration> Demonstrate(DemonstrationPlan plan) => new PointsTeacher(plan, plan.Split is { } split ? Own(split) : null).Write();

    public IEnumerable<Exercise> Practise(DemonstrationPlan plan) => new PointsTeacher(plan, plan.Split is { } split ? Own(split) : null).Practise();

    private static PointsSplit Own(Split split) =>
        split as PointsSplit ?? throw new ArgumentException($"Split {split.Name} is not one of points.", nameof(split));

    private static PointsInstance Own(IInstance instance) => instance as PointsInstance ?? throw new ArgumentException("Not a hand of cards.", nameof(instance));

    private static PointsBinding StatedBinding(PointsSplit split, PointsInstance hand, ulong seed) =>
        split.Stated.Draw(SplitMix64.For(seed, $"points/binding/{split.Name}/{hand.Id}"), hand);

    private static PointsRule ScoredRule(PointsSplit split, PointsInstance hand, ulong seed) => split.Scored ?? StatedBinding(split, hand, seed).Rule;
}
