using System.Globalization;
using Thaw.Core.Progress;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Distribution;
using Thaw.Learning.Objectives;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Grpo;

/// <summary>Group relative policy optimisation (arXiv 2402.03300) from a checkpoint folder to a checkpoint folder.</summary>
public static class GrpoRun
{
    /// <param name="name">What the run is called on the display.</param>
    /// <param name="ranks">The processes that train together; null is this one alone. All of them must call.</param>
    /// <returns>The folder of the last checkpoint.</returns>
    public static string Run(GrpoOptions options, string name, IProgress<WorkProgress>? progress, CancellationToken cancellation, Ranks? ranks = null)
    {
        ranks ??= Ranks.Alone;
        options.Validate();
        options = options with { RankCount = ranks.Count };
        using var model = ModelFolder.Load(options.ModelNameOrPath, Device.Parse(options.Device), WeightType.Float32);
        model.Decoder.ComputeType = options.ComputeType();
        if (options.FreezeEmbeddings)
        {
            model.Decoder.FreezeEmbeddings();
        }

        using var @base = options.Beta > 0 ? model.Decoder.FrozenCopy() : null;
        var prompts = new PromptPool(options);
        var rewards = new RewardSum(prompts.Task, options.RewardFuncs, options.RewardWeights);
        using var sampler = new RolloutSampler(model, prompts, rewards, options, ranks);
        var rounds = new Rounds(sampler, options);
        var evaluation = new SplitEvaluation(model, prompts.Task, options.EvalSplits, options.EvalInstances, options.MaxCompletionLength);
        var job = new TrainingJob($"{name}: training", options, model.Decoder, step => rounds.RowsOf(step, cancellation), WriteExtras)
        {
            Loss = new LossPlan(new ClippedPolicy(options.Policy), AggregationOf(options.LossType))
            {
                Reference = @base,
                Scale = options.LossType == GrpoLoss.DrGrpo ? 1.0 / options.MaxCompletionLength : 1.0,
            },
            Ranks = ranks,
            DataFingerprint = prompts.Fingerprint,
            MetricsOf = step => rounds.MetricsOf(step, rewards.Names),
            NoteOf = _ => string.Create(CultureInfo.InvariantCulture, $"reward {rounds.Current!.Rollouts.Average(r => r.Reward):0.000}"),
            OnResume = rounds.Resume,
            EvaluateAt = step => options.EvalSteps > 0 && options.EvalSplits.Count > 0 && step % options.EvalSteps == 0,
            Evaluate = (_, token) => evaluation.Run(token),
        };
        return TrainingLoop.Run(job, progress, cancellation);

        void WriteExtras(string folder)
        {
            model.CopyExtras(folder);
            ConfigFile.SetWeightType(Path.Combine(folder, DecoderFolder.ConfigName), "float32");
            rounds.Write(folder);
        }
    }

    private static LossAggregation AggregationOf(GrpoLoss loss) => loss switch
    {
        GrpoLoss.Dapo => LossAggregation.TokenMean,
        GrpoLoss.Grpo => LossAggregation.SeqMeanTokenMean,
        _ => LossAggregation.SeqMeanTokenSum,
    };

    /// <summary>Samples a round when the updates of the last one are made.</summary>
    private sealed class Rounds(RolloutSampler sampler, GrpoOptions options)
    {
        public RolloutRound? Current { get; private set; }

        public IReadOnlyList<TrainingExample> RowsOf(int step, CancellationToken cancellation)
        {
            var (round, update) = Math.DivRem(step - 1, options.UpdatesPerRound);
            if (Current?.Number != round)
            {
                Current = sampler.Sample(round, cancellation);
            }

            return Current.RowsOf(update);
        }

        // The gap is between sampler and trainer only while the weights are those that sampled.
        public IEnumerable<KeyValuePair<string, double>> MetricsOf(TrainingStep step, IReadOnlyList<string> rewardNames)
        {
            var metrics = Current!.Metrics(rewardNames);
            return (step.Number - 1) % options.UpdatesPerRound == 0 ? metrics.Append(new("sampler_gap", step.OldGap)) : metrics;
        }

        public void Write(string folder)
        {
            if (Current is not null)
            {
                RoundFile.Write(folder, Current);
            }
        }

        public void Resume(string folder, int step) => Current = RoundFile.ReadOrNull(folder, (step - 1) / options.UpdatesPerRound, options);
    }
}
