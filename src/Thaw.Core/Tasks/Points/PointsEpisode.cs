using Thaw.Core.Generation;

namespace Thaw.Core.Tasks.Points;

/// <summary>A hand being played: one question, one answer.</summary>
public sealed class PointsEpisode(PointsInstance instance, PointsBinding stated, PointsRule scored) : IPlayableEpisode
{
    private Verdict? _verdict;
    private Prompt? _prompt;

    public Prompt Prompt => _prompt ??= PointsPrompt.Write(stated, instance.Cards);

    public bool IsOver => _verdict is not null;

    public bool IsSolved => _verdict is { Reason: FailureReason.None };

    public FailureReason Reason => _verdict?.Reason ?? FailureReason.None;

    public string StatedBinding => stated.ToString();

    public string ScoredBinding => scored.ToString();

    public string Drawing => instance.ToString();

    public int? FewestTurns => 1;

    /// <inheritdoc/>
    /// <remarks>A formula becomes an answer with the cards and their stated values; what begins with a brace is taken for a whole answer.</remarks>
    public string WriteCompletion(string answer) => answer.StartsWith('{')
        ? answer
        : PointsPrompt.WriteAnswer(instance.Cards, stated.Rule.Faces.ValuesOf(instance.Cards), answer);

    public string? AnswerFor(ArrowKey key) => null;

    public Verdict Play(string completion)
    {
        if (IsOver)
        {
            throw new InvalidOperationException("The episode is over.");
        }

        var verdict = PointsJudge.Judge(completion, instance.Cards, stated.Rule, scored);
        _verdict = verdict;
        return verdict;
    }
}
