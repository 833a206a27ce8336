namespace Thaw.Learning.Training;

/// <summary>Keeps evaluations within a share of the time that this start of a run has taken.</summary>
/// <param name="share">1 for no bound.</param>
internal sealed class EvaluationBudget(double share, TimeProvider clock)
{
    /// <summary>Written where an evaluation was put off: the seconds that it would have taken.</summary>
    public const string Metric = "eval/put_off";

    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _spent;
    private TimeSpan _last;

    public void Spend(TimeSpan time) => (_spent, _last) = (_spent + time, time);

    /// <summary>Null where an evaluation as long as the last one fits in, else its length; the first always fits.</summary>
    public double? SecondsWithoutRoom() =>
        share < 1 && _last > TimeSpan.Zero && _spent + _last > share * (clock.GetElapsedTime(_start) + _last) ? _last.TotalSeconds : null;
}
