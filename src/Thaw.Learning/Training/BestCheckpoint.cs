namespace Thaw.Learning.Training;

/// <summary>Which evaluation was the best, and when to stop because none is better any more: Hugging Face's keys and rules.</summary>
/// <param name="Metric">Null is the mean over the splits.</param>
/// <param name="Patience">Evaluations in a row without a gain after which training stops; 0 never stops.</param>
/// <param name="Threshold">A gain must be greater than this.</param>
internal sealed record BestCheckpoint(string? Metric, bool? GreaterIsBetter, bool LoadsAtEnd, int Patience, double Threshold)
{
    private static readonly string[] s_means = ["eval/mean/success", "eval/mean/accuracy"];

    /// <summary>Whether any evaluation is compared with others.</summary>
    public bool IsAsked => Metric is not null || LoadsAtEnd || Patience > 0;

    private string Key => Metric is not null ? "metric_for_best_model" : LoadsAtEnd ? "load_best_model_at_end" : "early_stopping_patience";

    /// <exception cref="ArgumentException">Evaluations are to be compared, and there is none.</exception>
    public void RequireEvaluations(TrainingJob job)
    {
        if (IsAsked && !job.Evaluates)
        {
            throw new ArgumentException($"Key '{Key}' needs evaluations on validation instances: set eval_steps and eval_splits.");
        }
    }

    public bool IsExhausted(TrainingState state) => Patience > 0 && state.EvaluationsWithoutGain >= Patience;

    /// <summary>Takes an evaluation into account; the one before the first step is there for comparison by people alone.</summary>
    /// <exception cref="ArgumentException">The evaluation has no such metric.</exception>
    public (TrainingState State, bool IsBest) Judge(TrainingState state, IReadOnlyDictionary<string, double> values)
    {
        if (!IsAsked)
        {
            return (state, false);
        }

        var value = Find(values);
        if (state.Step == 0)
        {
            return (state, false);
        }

        // As in Hugging Face: the best is whatever is better at all; patience asks for more than the threshold.
        var gain = state.BestMetric is { } best ? (IsGreaterBetter ? value - best : best - value) : double.PositiveInfinity;
        var without = gain > Threshold ? 0 : state.EvaluationsWithoutGain + 1;
        return gain > 0
            ? (state with { BestMetric = value, BestStep = state.Step, EvaluationsWithoutGain = without }, true)
            : (state with { EvaluationsWithoutGain = without }, false);
    }

    /// <summary>What the comparison came to.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Metrics(TrainingState state)
    {
        if (state.BestMetric is { } best)
        {
            yield return new("eval/best_metric", best);
            yield return new("eval/best_step", state.BestStep!.Value);
        }
    }

    private bool IsGreaterBetter => GreaterIsBetter ?? !(Metric ?? "").EndsWith("loss", StringComparison.Ordinal);

    private double Find(IReadOnlyDictionary<string, double> values)
    {
        string[] names = Metric is null ? s_means : Metric.StartsWith("eval/", StringComparison.Ordinal) ? [Metric] : ["eval/" + Metric];
        return Array.Find(names, values.ContainsKey) is { } name
            ? values[name]
            : throw new ArgumentException($"Key 'metric_for_best_model': the evaluation has no {string.Join(" or ", names)}; it has {string.Join(", ", values.Keys)}.");
    }
}
