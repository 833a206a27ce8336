using System.Text.Json.Nodes;
using Thaw.Core.Demonstrations;
using Thaw.Core.Lessons;
using Thaw.Core.Randomness;
using Thaw.Core.Scoring;
using Thaw.Core.Tasks.Sokoban.Lessons;
using Thaw.Core.Tasks.Sokoban.Reference;
using Thaw.Core.Tasks.Sokoban.Scoring;
using Thaw.Core.Words;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Sokoban as the paper plays it.</summary>
public sealed class SokobanTask(Lexicon lexicon) : IScoredTask
{
    internal const string TaskName = "sokoban";

    private readonly IReadOnlyList<SokobanSplit> _splits = SokobanSplits.All(lexicon);

    public SokobanTask()
        : this(Lexicon.Default)
    {
    }

    public string Name => TaskName;

    public IReadOnlyList<Split> Splits => _splits;

    public IReadOnlyList<ILesson> Lessons { get; } =
    [
        new LookupLesson(),
        new BoardLesson("reading", plainShare: 1.0, placeShare: 0.5),
        new BoardLesson("board", plainShare: 0.35, placeShare: 0.15),
        new PromptLesson(plainShare: 0.175, placeShare: 0.15),
    ];

    public IReadOnlyList<string> Passages => SokobanPrompt.Passages;

    public IReadOnlyList<string> Sizes => RoomShape.Sizes;

    public IReferenceSource Reference => new SokobanReference(_splits);

    public IPromptReader PromptReader { get; } = new SokobanPromptReader();

    public IReadOnlyList<Scorer> Scorers => SokobanQuestion.Scorers;

    public IReadOnlyList<Scorer> Rewards => SokobanQuestion.Rewards;

    public IReadOnlyList<Scorer> EpisodeRewards => SokobanEpisode.Rewards;

    public IReadOnlyList<string> InstanceForms => QuestionReader.InstanceForms;

    // One room in ten lies in the test fold, so this is a thousand of them without a new one: the shape has no more.
    internal int MaxDrawsWithoutNew { get; init; } = 10_000;

    /// <inheritdoc/>
    /// <remarks>Rooms with a plan of 1 to 30 moves, so that every instance can be solved within an episode; no two are symmetric.</remarks>
    /// <exception cref="ArgumentException">The shape does not have so many different rooms in the fold.</exception>
    public IReadOnlyList<IInstance> DrawInstances(Split split, Fold fold, int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var shape = Own(split).Shape;
        var random = SplitMix64.For(seed, $"sokoban/instances/{shape}/{fold}");
        var generator = new SokobanRoomGenerator(shape);
        var ids = new HashSet<string>();
        var instances = new List<IInstance>(count);
        for (var fruitless = 0; instances.Count < count; fruitless++)
        {
            if (fruitless == MaxDrawsWithoutNew)
            {
                throw new ArgumentException($"Found only {instances.Count} of {count} different {shape} rooms in the {fold} fold.");
            }

            var room = generator.Next(random);
            if (room.Fold == fold
                && room.FindShortest(SokobanEpisode.MaxTurns) is { Plan.Count: > 0 }
                && ids.Add(room.Id))
            {
                instances.Add(room);
                fruitless = 0;
            }
        }

        return instances;
    }

    public IEpisode Begin(Split split, IInstance instance, ulong seed)
    {
        var own = Own(split);
        var room = Own(instance);
        var stated = own.DrawBinding(SplitMix64.For(seed, $"sokoban/words/{split.Name}/{instance.Id}"));
        return new SokobanEpisode(room, stated, own.Scored ?? stated.Words);
    }

    public JsonObject Describe(Split split, IInstance instance, ulong seed) => Own(instance).Describe();

    public IQuestion? ReadQuestionOrNull(CompletionRow row) => new QuestionReader(_splits).ReadOrNull(row);

    public IEnumerable<Demonstration> Demonstrate(DemonstrationPlan plan) =>
        new SokobanTeacher(plan, plan.Split is { } split ? Own(split) : _splits[0]).Write();

    /// <inheritdoc/>
    /// <remarks>Each training room from its own start, and from those that the plan asks for besides.</remarks>
    public IEnumerable<Exercise> Practise(DemonstrationPlan plan) =>
        new SokobanTeacher(plan, plan.Split is { } split ? Own(split) : _splits[0]).Practise();

    /// <inheritdoc/>
    /// <remarks>A shape that its boxes do not fit into is found out by making a room.</remarks>
    public Split Resize(Split split, IReadOnlyList<int> sizes)
    {
        var shape = RoomShape.Of(sizes);
        try
        {
            new SokobanRoomGenerator(shape).Next(SplitMix64.For(0, $"sokoban/shape/{shape}"));
        }
        catch (InvalidOperationException error)
        {
            throw new ArgumentException(error.Message, error);
        }

        return Own(split).WithShape(shape);
    }

    private static SokobanSplit Own(Split split) =>
        split as SokobanSplit ?? throw new ArgumentException($"Split {split.Name} is not one of Sokoban.", nameof(split));

    private static SokobanInstance Own(IInstance instance) =>
        instance as SokobanInstance ?? throw new ArgumentException("Not a Sokoban instance.", nameof(instance));
}
