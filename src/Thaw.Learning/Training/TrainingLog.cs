namespace Thaw.Learning.Training;

/// <summary>Where metrics of a run go: <c>metrics.jsonl</c> always, TensorBoard where <c>report_to</c> says so.</summary>
internal sealed class TrainingLog : IDisposable
{
    private readonly MetricsFile _metrics;
    private readonly EventFile? _events;

    /// <param name="step">What was written after it, by a start that was cut off, is dropped.</param>
    public TrainingLog(TrainingOptions options, int step)
    {
        // A run without a checkpoint evaluates at step 0 again.
        var last = step == 0 ? -1 : step;
        _metrics = new MetricsFile(options.OutputDir, last);
        _events = options.ReportTo == ReportTarget.Tensorboard ? new EventFile(options.OutputDir, last) : null;
    }

    public void Append(int step, IEnumerable<KeyValuePair<string, double>> values)
    {
        var all = values.ToList();
        _metrics.Append(step, all);
        _events?.Append(step, all);
    }

    public void Dispose() => _events?.Dispose();
}

/// <summary>Named as in TRL's <c>report_to</c>.</summary>
public enum ReportTarget
{
    Tensorboard,

    /// <summary><c>metrics.jsonl</c> alone.</summary>
    None,
}
