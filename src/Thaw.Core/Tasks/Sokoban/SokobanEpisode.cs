using Thaw.Core.Generation;
using Thaw.Core.Scoring;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>A room being played: one answer a turn, at most 30 turns, and no memory of earlier ones in the prompt.</summary>
/// <remarks>An answer that is not valid uses up its turn and moves nothing, and so does a valid move against a wall.</remarks>
public sealed class SokobanEpisode(SokobanInstance instance, SokobanBinding stated, ActionVocabulary scored) : IPlayableEpisode
{
    public const int MaxTurns = 30;

    private const string Environment = "environment";

    private readonly Dictionary<FailureReason, int> _invalidTurns = [];
    private SokobanState _state = instance.Start;
    private Outlook _outlook;
    private int _turns;
    private string? _drawing;
    private Prompt? _prompt;

    internal static IReadOnlyList<Scorer> Rewards { get; } =
    [
        new(Environment, "the game's own sum: -0.1 for each move, 1 for a box that comes to a target and -1 for one that leaves it, 10 for the last"),
    ];

    /// <summary>The same object for as long as the position stays the same.</summary>
    public Prompt Prompt => _prompt ??= SokobanPrompt.Write(stated, Drawing);

    public bool IsOver => IsSolved || _turns == MaxTurns;

    public bool IsSolved => instance.Level.IsSolved(_state);

    /// <summary>The sum of <see cref="SokobanReward"/> over the moves so far; a turn without a valid answer adds nothing.</summary>
    public decimal Reward { get; private set; }

    public string StatedBinding => stated.ToString();

    public string ScoredBinding => scored.ToString();

    public string Drawing => _drawing ??= SokobanDrawing.Draw(instance.Level, _state, stated.Symbols);

    public int? FewestTurns => SokobanSolver.FindShortest(instance.Level, instance.Start, MaxTurns)?.Plan.Count;

    /// <inheritdoc/>
    /// <remarks>
    /// Every turn has one vote: an invalid one for its own reason, a valid one for <see cref="FailureReason.DeadEnd"/> or
    /// <see cref="FailureReason.OutOfTurns"/> as the last position is. Most votes win; among equals, the valid turns, then the
    /// reason that the list has first.
    /// </remarks>
    public FailureReason Reason
    {
        get
        {
            if (!IsOver || IsSolved)
            {
                return FailureReason.None;
            }

            var (most, votes) = (_outlook == Outlook.DeadEnd ? FailureReason.DeadEnd : FailureReason.OutOfTurns, _turns - _invalidTurns.Values.Sum());
            foreach (var (reason, count) in _invalidTurns.OrderBy(entry => entry.Key))
            {
                (most, votes) = count > votes ? (reason, count) : (most, votes);
            }

            return most;
        }
    }

    public Verdict Play(string completion)
    {
        if (IsOver)
        {
            throw new InvalidOperationException("The episode is over.");
        }

        _turns++;
        if (!SokobanAnswer.TryFind(completion, out var answer) || scored.Read(answer) is not { } direction)
        {
            var text = SokobanAnswer.Read(completion);
            var reason = ReasonFor(text, stated.Words);
            _invalidTurns[reason] = _invalidTurns.GetValueOrDefault(reason) + 1;
            return new Verdict(false, text, reason);
        }

        Move(direction);
        // Most answers are the word letter by letter, which need not be written anew.
        var word = scored.WordFor(direction);
        return new Verdict(true, answer.SequenceEqual(word) ? word : answer.ToString(), IsSolved ? FailureReason.None
            : _outlook == Outlook.DeadEnd ? FailureReason.DeadEnd
            : IsOver ? FailureReason.OutOfTurns
            : FailureReason.None);
    }

    public double RewardOf(string name) => name == Environment
        ? (double)Reward
        : throw new ArgumentOutOfRangeException(nameof(name), name, "Not a reward of Sokoban's episodes.");

    public string WriteCompletion(string answer) => SokobanPrompt.WriteAnswer(answer);

    public string? AnswerFor(ArrowKey key) => stated.Words.WordFor(key switch
    {
        ArrowKey.Up => Direction.Up,
        ArrowKey.Down => Direction.Down,
        ArrowKey.Left => Direction.Left,
        _ => Direction.Right,
    });

    /// <summary>Why an answer that the judge does not take is not valid.</summary>
    /// <remarks>Valid answers never get here, so a stated word is one of Fake and a training word one that the prompt does not state.</remarks>
    internal static FailureReason ReasonFor(string? answer, ActionVocabulary stated) => answer is null ? FailureReason.NoAnswer
        : stated.Read(answer) is not null ? FailureReason.StatedWord
        : ActionVocabulary.Training.Read(answer) is not null ? FailureReason.TrainingWord
        : FailureReason.UnknownWord;

    private void Move(Direction direction)
    {
        var next = instance.Level.Step(_state, direction);
        Reward += SokobanReward.Of(instance.Level, _state, next);
        if (next == _state)
        {
            return;
        }

        // Only a push can spoil a room, and what is spoilt stays so.
        if (next.Boxes != _state.Boxes && _outlook != Outlook.DeadEnd)
        {
            var canBeSolved = _outlook == Outlook.Solvable
                ? instance.Level.DeadEnds.CanBeSolvedAfterPush(_state, next)
                : instance.Level.DeadEnds.CanBeSolved(next);
            _outlook = canBeSolved ? Outlook.Solvable : Outlook.DeadEnd;
        }

        (_state, _drawing, _prompt) = (next, null, null);
    }

    /// <summary>What is known about the position.</summary>
    private enum Outlook
    {
        /// <summary>No box has been pushed: a start that cannot be solved is not the player's doing.</summary>
        Open,
        Solvable,
        DeadEnd,
    }
}
