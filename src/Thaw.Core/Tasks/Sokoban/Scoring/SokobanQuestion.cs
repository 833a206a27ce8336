using Thaw.Core.Scoring;
using Thaw.Core.Storage;

namespace Thaw.Core.Tasks.Sokoban.Scoring;

/// <summary>One position and the words of its answers.</summary>
/// <param name="prompt">What the model was given; the paper's scorer looks at it.</param>
/// <param name="label">The actions that the paper's scorer compares with; null is the first move of the breadth-first plan.</param>
internal sealed class SokobanQuestion(SokobanInstance room, ActionVocabulary stated, ActionVocabulary scored, string prompt, IReadOnlyList<int>? label = null) : IQuestion
{
    /// <summary>States that are looked at to judge one move: a second, and 150 megabytes. A room of ten by ten with two boxes has a twentieth.</summary>
    public const int MaxStates = 3_000_000;

    public const string Own = "thaw";
    public const string Paper = "paper";
    public const string PaperEval = "paper-eval";
    public const string PaperFormat = "paper-format";
    public const string Progress = "progress";

    private readonly Lazy<(bool IsKnown, SokobanSolution? Solution)> _search = new(() =>
        (SokobanSolver.TryFindShortest(room.Level, room.Start, int.MaxValue, MaxStates, out var solution), solution));

    public static IReadOnlyList<Scorer> Scorers { get; } =
    [
        new(Own, "the final answer, as one word of the binding, is an optimal move; every optimal move counts"),
        new(Paper, "the paper's score for rejection and reinforcement learning: the words of the last answer begin with the row's label, or else with the first move of its breadth-first plan"),
        new(PaperEval, "the paper's reading of a turn in evaluation: the first answer, markers in it passed over; moves are judged as by thaw"),
    ];

    public static IReadOnlyList<Scorer> Rewards { get; } =
    [
        new(PaperFormat, "as paper, and 0.1 for an answer in the right form that is not the right action"),
        new(Progress, "1 for a move that brings the end nearer, 0 for one after which it is as far, -1 for any other answer"),
    ];

    public string InstanceId { get; } = room.Id;

    /// <summary>Moves of a shortest plan, where there is one and the search found it, and boxes.</summary>
    public IReadOnlyDictionary<string, int> Difficulty => _search.Value.Solution is { } solution
        ? new OrderedDictionary<string, int> { ["moves"] = solution.Plan.Count, ["boxes"] = Boxes }
        : new OrderedDictionary<string, int> { ["boxes"] = Boxes };

    private int Boxes => (int)UInt128.PopCount(room.Start.Boxes);

    public Score ScoreOf(string completion, string scorer) => scorer switch
    {
        Own => Judge(SokobanAnswer.Read(completion)),
        Paper => JudgeAsPaper(completion),
        PaperEval => Judge(PaperTurn.Read(completion)),
        PaperFormat => JudgeAsPaper(completion) is var score && score is { IsCorrect: false, Answer: not null } ? score with { Value = 0.1 } : score,
        Progress => JudgeProgress(SokobanAnswer.Read(completion)),
        _ => throw new ArgumentOutOfRangeException(nameof(scorer), scorer, "Not a scorer of Sokoban."),
    };

    private Score Judge(string? answer)
    {
        if (answer is null || scored.Read(answer) is not { } move)
        {
            return Score.Wrong(false, answer, JsonFormat.NameOf(SokobanEpisode.ReasonFor(answer, stated)));
        }

        return FaultOf(move) is { } fault ? Score.Wrong(true, answer, fault) : Score.Right(answer);
    }

    // Null for an optimal move.
    private string? FaultOf(Direction move)
    {
        if (_search.Value is not { IsKnown: true })
        {
            return Score.NotWithinBudget;
        }

        if (_search.Value.Solution is not { } solution)
        {
            return "unsolvable";
        }

        var next = room.Level.Step(room.Start, move);
        return solution.OptimalFirstMoves.Contains(move) ? null
            : solution.Plan.Count == 0 ? "nothing_to_do"
            : next == room.Start ? "blocked"
            : next.Boxes == room.Start.Boxes ? "detour"
            : SokobanSolver.CanBeSolved(room.Level, next, MaxStates) switch { true => "detour", false => "dead_end", null => "detour_or_dead_end" };
    }

    // Any valid move changes the way to the end by one at most, or spoils the room.
    private Score JudgeProgress(string? answer)
    {
        var score = Judge(answer);
        return score switch
        {
            { IsCorrect: true } or { Reason: Score.NotWithinBudget } => score,
            { Reason: "blocked" } => score with { Value = 0 },
            { Reason: "detour" } => score with { Value = IsAsNear(scored.Read(answer!)!.Value) ? 0 : -1 },
            _ => score with { Value = -1 },
        };
    }

    private bool IsAsNear(Direction move) =>
        _search.Value.Solution is { } solution
        && SokobanSolver.TryFindShortest(room.Level, room.Level.Step(room.Start, move), solution.Plan.Count, MaxStates, out var rest)
        && rest is not null;

    private Score JudgeAsPaper(string completion)
    {
        var (actions, answer, reason) = PaperReward.Read(prompt, completion, label?.Count ?? 1);
        return reason is not null ? Score.Wrong(false, answer, reason)
            : label is null && !_search.Value.IsKnown ? Score.Wrong(true, answer, Score.NotWithinBudget)
            : (label ?? OwnLabel()) is not { } right ? Score.Wrong(true, answer, "no_label")
            : actions.SequenceEqual(right) ? Score.Right(answer!)
            : Score.Wrong(true, answer, "other_action");
    }

    // The first move of a plan of at most 30 moves; the paper has no rows without one.
    private int[]? OwnLabel() => _search.Value.Solution is { Plan: { Count: > 0 and <= SokobanEpisode.MaxTurns } plan } ? [1 + (int)plan[0]] : null;
}
