using System.Globalization;
using Thaw.Core.Progress;
using Thaw.Learning.Distribution;

namespace Thaw.Learning.Training;

/// <summary>Steps, metrics, evaluations, checkpoints and resuming; the same for pretraining, fine-tuning and reinforcement learning.</summary>
public static class TrainingLoop
{
    /// <summary>Trains to <see cref="TrainingOptions.MaxSteps"/> or until evaluations gain nothing more, from the newest checkpoint if the options say so.</summary>
    /// <returns>
    /// The folder of the weights that the run hands over: the last checkpoint, or what the options ask for instead, the best one, its
    /// moving average, or the average of the last ones.
    /// </returns>
    /// <remarks>Of several ranks all must call it; afterwards the first one's model alone holds what is handed over.</remarks>
    /// <exception cref="RankLostException">Another rank is gone.</exception>
    /// <exception cref="InvalidDataException">The checkpoint does not fit, or a rank has other data or another model than rank 0.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or asks for evaluations that the job does not make.</exception>
    /// <exception cref="OperationCanceledException">A checkpoint was written first; an evaluation that was cut off comes again when the run goes on.</exception>
    public static string Run(TrainingJob job, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var options = job.Options;
        options.Validate();
        options.ValidateSteps();
        options.Best.RequireEvaluations(job);
        job.Model.RecomputesLayers = options.GradientCheckpointing;
        using var optimizer = options.CreateOptimizer(job.Model.TrainedParameters, job.Ranks);
        using var average = options.EmaDecay > 0 ? new WeightAverage(job.Model.TrainedParameters, options.EmaDecay) : null;
        var checkpoints = new Checkpoints(job, optimizer, average, progress is IRemarks remarks ? text => remarks.Say($"{job.Phase}: {text}") : null);
        var state = checkpoints.Resume();
        RequireSameStart(job, state);
        using var session = new TrainingSession(job, optimizer, average, checkpoints, state, job.Ranks.IsFirst ? progress : null);
        session.Run(cancellation);
        return job.Ranks.Gather(job.Ranks.IsFirst ? checkpoints.HandOver(session.State) : "")[0];
    }

    private static void RequireSameStart(TrainingJob job, TrainingState state)
    {
        if (job.Ranks.Count > 1)
        {
            job.Ranks.RequireSame("training data", job.DataFingerprint());
            job.Ranks.RequireSame("model", string.Create(CultureInfo.InvariantCulture, $"{Fingerprint.Of(job.Model.Parameters)} at step {state.Step}"));
            job.Ranks.RequireSame("adapter", Fingerprint.Of(job.Model.TrainedParameters));
        }
    }
}
