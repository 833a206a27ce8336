using System.Text.Json.Nodes;
using Thaw.Core.Demonstrations;
using Thaw.Core.Text;

namespace Thaw.Core.Tasks.Points.Reference;

/// <summary>The hands of the paper, by split, and its training set.</summary>
internal sealed class PointsReference : IReferenceTeacher
{
    private const int HandsPerTrainingRule = 1250;
    private const uint FirstSeed = 42;
    private const string Generator = "paper-points";

    private static readonly ReferenceHandRule s_faceCardsAsTen = ReferenceHandRule.WithFaceCard(10, 10, 10);

    // The values by which the public generator scores; the two Fake splits state others and so have the hands of id.
    private static readonly (string Split, ReferenceHandRule Rule)[] s_rules =
    [
        ("id", s_faceCardsAsTen),
        ("all-5", ReferenceHandRule.WithFaceCard(5, 5, 5)),
        ("all-7", ReferenceHandRule.WithFaceCard(7, 7, 7)),
        ("all-12", ReferenceHandRule.WithFaceCard(12, 12, 12)),
        ("regular", ReferenceHandRule.WithFaceCard(11, 12, 13)),
        ("large", s_faceCardsAsTen with { Greatest = 19 }),
        ("five", new ReferenceHandRule(5, 13, ForcesHighCard: false, 10, 10, 10)),
        ("fake", s_faceCardsAsTen),
        ("fake-all-5", s_faceCardsAsTen),
    ];

    // Values of J, Q, K in the diverse training set, in the order of its rows; the fourth and the sixth are the same.
    private static readonly (string Name, int Jack, int Queen, int King)[] s_trainingRules =
    [
        ("all_8", 8, 8, 8),
        ("all_9", 9, 9, 9),
        ("all_10", 10, 10, 10),
        ("mixed_8_9_10", 8, 9, 10),
        ("sequential_7_8_9", 7, 8, 9),
        ("sequential_8_9_10", 8, 9, 10),
        ("low_range_5_7_9", 5, 7, 9),
        ("skip_6_8_10", 6, 8, 10),
    ];

    private static readonly int s_frozenRule = Array.FindIndex(s_trainingRules, rule => rule.Name == "all_10");

    public string Task => PointsTask.TaskName;

    public IReadOnlyList<string> Splits => [.. s_rules.Select(rule => rule.Split)];

    public IReadOnlyList<string> Parameters => [];

    public int TrainingRows => s_trainingRules.Length * HandsPerTrainingRule;

    public ReferenceSeries PaperTraining => new(FirstSeed, TrainingRows, MakeForTraining);

    public Func<uint, InstanceRow> Open(string split)
    {
        var rule = s_rules.FirstOrDefault(known => known.Split == split).Rule
            ?? throw new ArgumentException(NearestName.Describe($"{Task} split", split, Splits));
        return seed => Make(split, rule, seed);
    }

    public Func<uint, InstanceRow> Open(IReadOnlyList<int> values) => throw new ArgumentException("A hand is described by its split alone.");

    /// <inheritdoc/>
    /// <remarks>
    /// Diverse is the paper's preset <c>mixed</c>: eight rules in turn, 1,250 hands each. Frozen takes the same seeds with the training
    /// rule; the paper took 10,000 rows of an older set there, which has no seeds. The paper's rows show one of all formulas by chance.
    /// </remarks>
    /// <exception cref="ArgumentException">The plan asks for other bindings than these.</exception>
    public IEnumerable<Demonstration> DemonstrateTraining(DemonstrationPlan plan)
    {
        if (plan.Dose is not null || plan.DefaultBindingShare > 0 || plan.Pool is not null)
        {
            throw new ArgumentException("The paper's training hands have bindings of their own: no dose, share or pool goes with them.");
        }

        var teacher = new PointsTeacher(plan, split: null);
        return Enumerable.Range(0, TrainingRows).Select(index =>
        {
            var seed = FirstSeed + (uint)index;
            var (_, jack, queen, king) = s_trainingRules[plan.Diversity == Diversity.Frozen ? s_frozenRule : index / HandsPerTrainingRule];
            var hand = ReferenceHandGenerator.Make(new ReferenceHandRule(4, 13, ForcesHighCard: false, jack, queen, king), seed)
                ?? throw new InvalidOperationException($"The public generator makes no hand of seed {seed}.");
            var row = teacher.Write(new PointsInstance(CardRank.ParseHand(string.Join(' ', hand.Ranks))), PointsBinding.Of(PointsRule.Of(new FaceCardRule(jack, queen, king))));
            return row with { Seed = seed, Generator = Generator };
        });
    }

    private static InstanceRow MakeForTraining(uint seed)
    {
        var (name, jack, queen, king) = s_trainingRules[(seed - FirstSeed) / HandsPerTrainingRule];
        return Make($"train-{name}", new ReferenceHandRule(4, 13, ForcesHighCard: false, jack, queen, king), seed);
    }

    private static InstanceRow Make(string split, ReferenceHandRule rule, uint seed)
    {
        var hand = ReferenceHandGenerator.Make(rule, seed);
        return new InstanceRow(
            new JsonObject
            {
                ["split"] = split,
                ["seed"] = seed,
                ["cards"] = hand is null ? null : new JsonArray([.. hand.Ranks.Select(rank => JsonValue.Create(rank))]),
                ["values"] = hand is null ? null : new JsonArray([.. hand.Values.Select(value => JsonValue.Create(value))]),
            },
            hand is null ? "ValueError: no hand of the first 51 can be solved" : null);
    }
}
