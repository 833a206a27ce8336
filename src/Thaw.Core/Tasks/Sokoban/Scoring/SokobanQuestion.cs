using Thaw.Core.Scoring;
using Thaw.Core.Storage;

namespace Thaw.Core.Tasks.Sokoban.Scoring;

/// <summary>One position and the words of its answers.</summary>
/// <param name="prompt">What the model was given; the paper's scorer looks at it.</param>
internal sealed class SokobanQuestion(SokobanInstance room, ActionVocabulary stated, ActionVocabulary scored, string prompt) : IQuestion
{
    public const string Own = "thaw";
    public const string Paper = "paper";
    public const string PaperEval = "paper-eval";

    private readonly Lazy<SokobanSolution?> _solution = new(() => SokobanSolver.FindShortest(room.Level, room.Start));

    public static IReadOnlyList<Scorer> Scorers { get; } =
    [
        new(Own, "the final answer, as one word of the binding, is an optimal move; every optimal move counts"),
        new(Paper, "the paper's score for rejection and reinforcement learning: the first word of the last answer is the first move of its breadth-first plan"),
        new(PaperEval, "the paper's reading of a turn in evaluation: the first answer, markers in it passed over; moves are judged as by thaw"),
    ];

    public string InstanceId { get; } = room.Id;

    public Score ScoreOf(string completion, string scorer) => scorer switch
    {
        Own => Judge(SokobanAnswer.Read(completion)),
        Paper => JudgeAsPaper(completion),
        PaperEval => Judge(PaperTurn.Read(completion)),
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
        if (_solution.Value is not { } solution)
        {
            return "unsolvable";
        }

        var next = room.Level.Step(room.Start, move);
        return solution.OptimalFirstMoves.Contains(move) ? null
            : solution.Plan.Count == 0 ? "nothing_to_do"
            : next == room.Start ? "blocked"
            : next.Boxes != room.Start.Boxes && !SokobanSolver.CanBeSolved(room.Level, next) ? "dead_end"
            : "detour";
    }

    // The paper's label is the first move of a plan of at most 30 moves; it has no rows without one.
    private Score JudgeAsPaper(string completion)
    {
        var (action, answer, reason) = PaperReward.Read(prompt, completion);
        var isValid = reason is null;
        return !isValid ? Score.Wrong(false, answer, reason!)
            : _solution.Value is not { Plan: { Count: > 0 and <= SokobanEpisode.MaxTurns } plan } ? Score.Wrong(true, answer, "no_label")
            : 1 + (int)plan[0] == action ? Score.Right(answer!)
            : Score.Wrong(true, answer, "other_action");
    }
}
