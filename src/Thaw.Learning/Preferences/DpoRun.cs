using System.Globalization;
using Thaw.Core.Progress;
using Thaw.Learning.Objectives;
using Thaw.Learning.Training;

namespace Thaw.Learning.Preferences;

/// <summary>Direct preference optimisation (arXiv 2305.18290) from a checkpoint folder to a checkpoint folder.</summary>
public static class DpoRun
{
    /// <param name="name">What the run is called on the display.</param>
    /// <returns>The folder of the last checkpoint.</returns>
    public static string Run(DpoOptions options, string name, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        options.Validate();
        using var model = options.LoadModel();
        var data = PreferenceData.Load(options, model);
        options = options with { MaxSteps = options.StepsOf(data.Rows.Count / options.RowsPerUpdate, $"{data.Rows.Count} pairs, batches of {options.RowsPerUpdate}") };
        data.Refer(ReferenceLogs.ReadOrCompute(options, model, data.Rows, name, progress, cancellation));
        var tally = new PairTally(options.Beta);
        var job = new TrainingJob($"{name}: training", options, model.Decoder, RowsOf, folder => options.CopyExtras(model, folder))
        {
            RowsPerEpoch = data.Rows.Count,
            Loss = PlanOf(options, tally.Add),
            MetricsOf = _ => tally.Metrics(),
            NoteOf = step => string.Create(CultureInfo.InvariantCulture, $"loss {step.Loss:0.000}, {tally.Accuracy:0.00} of pairs right"),
            Evaluate = new SplitEvaluation(model, options).Run,
        };
        return TrainingLoop.Run(job, progress, cancellation);

        IReadOnlyList<TrainingExample> RowsOf(int step)
        {
            tally.Clear();
            return data.RowsOf(step);
        }
    }

    /// <summary>The mean over pairs: a pair is two sequences, and what its tokens add up to is its loss.</summary>
    internal static LossPlan PlanOf(DpoOptions options, Action<PairMeasures> measure) =>
        new(new DirectPreference(new DirectPreferenceOptions(options.Beta, options.LossType, options.LabelSmoothing), measure), LossAggregation.SeqMeanTokenSum) { Scale = 2 };
}
