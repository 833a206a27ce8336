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
    /// <param name="own">Those of this rank.</param>
    /// <param name="batches">The same as they were computed.</param>
    public void End(IReadOnlyList<TrainingExample> rows, IReadOnlyList<TrainingExample> own, IReadOnlyList<TokenBatch> batches)
    {
        _last = job.Clock.GetElapsedTime(_began).TotalSeconds;
        var tokens = rows.Sum(row => (long)row.Ids.Length);
        _window = (_window.Steps + 1, _window.Seconds + _last, _window.Tokens + tokens, _window.Operations + Operations(job.Model, own, batches));
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

    /// <summary>Operations that the rows need: a beginning that they share once, padding not at all, and nothing twice for <c>gradient_checkpointing</c>.</summary>
    internal static double Operations(Decoder model, IReadOnlyList<TrainingExample> rows, IReadOnlyList<TokenBatch> batches)
    {
        var (tokens, pairs) = (rows.Sum(row => (long)row.Ids.Length), rows.Sum(Pairs));
        foreach (var batch in batches)
        {
            tokens -= (batch.Rows - 1L) * batch.Prefix.Length;
            pairs -= (batch.Rows - 1L) * Triangle(batch.Prefix.Length);
        }

        return DecoderCost.Training(model, tokens, pairs, batches.Sum(batch => (long)batch.Targets.Length));
    }

    private static long Pairs(TrainingExample row)
    {
        var pairs = Triangle(row.StemLength);
        for (var branch = 0; branch < row.BranchStarts.Length; branch++)
        {
            var end = branch + 1 < row.BranchStarts.Length ? row.BranchStarts[branch + 1] : row.Ids.Length;
            long length = end - row.BranchStarts[branch];
            pairs += (length * row.StemLength) + Triangle(length);
        }

        return pairs;
    }

    private static long Triangle(long length) => length * (length + 1) / 2;

    private double Peak() => job.Options.PeakTflops * 1e12
        ?? s_peaks.GetOrAdd((job.Model.Device, job.Model.ComputeType), key => MatrixSpeed.Measure(key.Item1, key.Item2, s_probeTime, CancellationToken.None));
}
