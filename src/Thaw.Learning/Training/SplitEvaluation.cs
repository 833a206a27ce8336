using System.Globalization;
using Thaw.Core.Evaluation;
using Thaw.Core.Generation;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;

namespace Thaw.Learning.Training;

/// <summary>Plays validation episodes of some splits with the weights as they are: the only metric of training that says what users ask.</summary>
/// <param name="options">Which and how many.</param>
internal sealed class SplitEvaluation(ModelFolder model, FineTuningOptions options)
{
    private readonly ITask _task = TaskCatalog.Find(options.Task);

    /// <param name="step">After which; the episodes are the same after each.</param>
    /// <returns>Metrics by name, and the successes in a few words for the display.</returns>
    public (IReadOnlyDictionary<string, double> Metrics, string Note) Run(int step, CancellationToken cancellation)
    {
        var settings = new EvaluationOptions
        {
            Instances = options.EvalInstances,
            Fold = Fold.Validation,
            Sampling = SamplingOptions.Greedy with { MaxNewTokens = options.MaxCompletionLength },
        };
        using var generator = model.Generator();
        var result = new Evaluator(_task, generator, settings).Run([.. options.EvalSplits.Select(_task.FindSplit)], null, cancellation);
        var metrics = new Dictionary<string, double>();
        foreach (var (split, value) in result.Splits)
        {
            metrics[$"eval/{split}/success"] = value.Success;
            metrics[$"eval/{split}/validity"] = value.Validity;
            metrics[$"eval/{split}/n"] = value.N;
            if (value.Distinct < value.N)
            {
                metrics[$"eval/{split}/distinct"] = value.Distinct;
            }
        }

        metrics["eval/mean/success"] = result.Splits.Average(split => split.Value.Success);
        var note = string.Join(", ", result.Splits.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value.Success:0.00}")));
        return (metrics, note);
    }
}
