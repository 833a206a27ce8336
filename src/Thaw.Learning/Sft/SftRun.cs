using Thaw.Core.Progress;
using Thaw.Core.Tasks;
using Thaw.Learning.Distribution;
using Thaw.Learning.Training;

namespace Thaw.Learning.Sft;

/// <summary>Supervised fine-tuning from a checkpoint folder to a checkpoint folder.</summary>
public static class SftRun
{
    /// <param name="name">What the run is called on the display.</param>
    /// <param name="ranks">The processes that train together; null is this one alone. All of them must call.</param>
    /// <returns>The folder of the last checkpoint.</returns>
    public static string Run(SftOptions options, string name, IProgress<WorkProgress>? progress, CancellationToken cancellation, Ranks? ranks = null)
    {
        ranks ??= Ranks.Alone;
        options.Validate();
        options = options with { RankCount = ranks.Count };
        using var model = options.LoadModel();
        using var @base = options.NeedsBase ? model.Decoder.FrozenCopy() : null;
        var data = SftData.Load(options, model);
        options = WithSteps(options, data.Count);
        var evaluation = new SplitEvaluation(model, TaskCatalog.Find(options.Task), options.EvalSplits, options.EvalInstances, options.MaxCompletionLength);
        var job = new TrainingJob($"{name}: training", options, model.Decoder, data.RowsOf, folder => options.CopyExtras(model, folder))
        {
            RowsPerEpoch = data.Count,
            Ranks = ranks,
            DataFingerprint = () => Fingerprint.Of(Enumerable.Range(1, (data.Count + options.RowsPerUpdate - 1) / options.RowsPerUpdate).SelectMany(data.RowsOf)),
            Loss = options.Plan(model.Decoder, @base),
            EvaluateAt = step => options.EvalSteps > 0 && options.EvalSplits.Count > 0 && step % options.EvalSteps == 0,
            Evaluate = (_, token) => evaluation.Run(token),
        };
        return TrainingLoop.Run(job, progress, cancellation);
    }

    private static SftOptions WithSteps(SftOptions options, int rows)
    {
        var steps = (int)(options.NumTrainEpochs * (rows / options.RowsPerUpdate));
        return options.NumTrainEpochs == 0 ? options
            : steps > 0 ? options with { MaxSteps = steps }
            : throw new ArgumentException($"Key 'num_train_epochs' gives no step: {rows} rows, batches of {options.RowsPerUpdate}.");
    }
}
