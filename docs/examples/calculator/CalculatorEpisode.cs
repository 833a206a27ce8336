using Thaw.Core.Generation;

namespace Thaw.Core.Tasks.Calculator;

/// <summary>An instance being played: one key a turn.</summary>
public sealed class CalculatorEpisode(CalculatorInstance instance, KeyWords stated, KeyWords scored) : IEpisode
{
    public const int MaxTurns = 15;

    private FailureReason _lastReason;
    private int _display = instance.Start;
    private int _turns;

    public Prompt Prompt => CalculatorPrompt.Write(stated, _display, instance.Target);

    public bool IsOver => IsSolved || _turns == MaxTurns;

    public bool IsSolved => _display == instance.Target;

    public FailureReason Reason => IsOver && !IsSolved ? _lastReason : FailureReason.None;

    public string StatedBinding => stated.ToString();

    public string ScoredBinding => scored.ToString();

    public string Drawing => $"{_display} -> {instance.Target}";

    public Verdict Play(string completion)
    {
        if (IsOver)
        {
            throw new InvalidOperationException("The episode is over.");
        }

        _turns++;
        var answer = CalculatorPrompt.ReadAnswer(completion);
        var key = answer is null ? null : scored.Read(answer);
        _display = key is { } pressed ? CalculatorRules.Press(_display, pressed) : _display;
        _lastReason = key is null ? WhyNot(answer) : IsOver && !IsSolved ? FailureReason.OutOfTurns : FailureReason.None;
        return new Verdict(key is not null, answer, _lastReason);
    }

    private FailureReason WhyNot(string? answer) => answer is null ? FailureReason.NoAnswer
        : stated.Read(answer) is not null ? FailureReason.StatedWord
        : KeyWords.Training.Read(answer) is not null ? FailureReason.TrainingWord
        : FailureReason.UnknownWord;
}
