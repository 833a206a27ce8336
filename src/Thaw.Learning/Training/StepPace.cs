using System.Collections.Concurrent;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>How fast steps are, since metrics were last written. Evaluations and checkpoints do not count.</summary>
internal sealed class StepPace(TrainingJob job)
{
    private static readonly TimeSpan s_probeTime = TimeSpan.FromSeconds(0.2);
    private static readonly ConcurrentDictionary<(Device, DType), double> s_peaks = new();

    private long _began;
    private double _last;
    private (int Steps, double Seconds, long Tokens, double Operations) _window;

    public double TokensPerSecond { get; private set; }

    public void Begin() => _began = job.Clock.GetTimestamp();

    /// <param name="rows">Of the step that has ended, of all ranks.</param>
    /// <param name="batches">Those of this rank as they were computed.</param>
    public void End(IReadOnlyList<TrainingExample> rows, IReadOnlyList<TokenBatch> batches)
    {
        _last = job.Clock.GetElapsedTime(_began).TotalSeconds;
        var tokens = rows.Sum(row => (long)row.Ids.Length);
        _window = (_window.Steps + 1, _window.Seconds + _last, _window.Tokens + tokens, _window.Operations + Operations(job.Model, batches));
        TokensPerSecond = _window.Tokens / Math.Max(_window.Seconds, 1e-9);
    }

    /// <summary>The metrics of the steps since the last call.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> TakeMetrics()
    {
        var seconds = Math.Max(_window.Seconds, 1e-9);
        KeyValuePair<string, double>[] metrics =
        [
            new("step_time", _window.Seconds / _window.Steps),
            new("train/dt", _last),
            new("train/tok_per_sec", TokensPerSecond),
            new("train/mfu", _window.Operations / seconds / Peak()),
        ];
        _window = default;
        return metrics;
    }

    /// <summary>Operations that the batches need: a beginning that rows share once, padding not at all, and nothing twice for <c>gradient_checkpointing</c>.</summary>
    internal static double Operations(Decoder model, IReadOnlyList<TokenBatch> batches) => DecoderCost.Training(
        model, batches.Sum(batch => batch.FilledTokens), batches.Sum(batch => batch.SeenPairs), batches.Sum(batch => (long)batch.Targets.Length));

    private double Peak() => job.Options.PeakTflops * 1e12
        ?? s_peaks.GetOrAdd((job.Model.Device, job.Model.ComputeType), key => MatrixSpeed.Measure(key.Item1, key.Item2, s_probeTime, CancellationToken.None));
}
