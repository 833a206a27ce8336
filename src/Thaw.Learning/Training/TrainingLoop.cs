using Thaw.Core.Progress;

namespace Thaw.Learning.Training;

/// <summary>Steps, metrics, evaluations, checkpoints and resuming; the same for pretraining, fine-tuning and reinforcement learning.</summary>
public static class TrainingLoop
{
    /// <summary>Trains to <see cref="TrainingOptions.MaxSteps"/> or until evaluations gain nothing more, from the newest checkpoint if the options say so.</summary>
    /// <returns>
    /// The folder of the weights that the run hands over: the last checkpoint, or what the options ask for instead, the best one, its
    /// moving average, or the average of the last ones.
    /// </returns>
    /// <exception cref="ArgumentException">An option is out of its range, or asks for evaluations that the job does not make.</exception>
    /// <exception cref="OperationCanceledException">Between two steps a checkpoint was written first; within an evaluation the one before it stands.</exception>
    public static string Run(TrainingJob job, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var options = job.Options;
        options.Validate();
        options.ValidateSteps();
        options.Best.RequireEvaluations(job);
        job.Model.RecomputesLayers = options.GradientCheckpointing;
        using var optimizer = options.CreateOptimizer(job.Model.TrainedParameters);
        using var average = options.EmaDecay > 0 ? new WeightAverage(job.Model.TrainedParameters, options.EmaDecay) : null;
        var checkpoints = new Checkpoints(job, optimizer, average);
        using var session = new TrainingSession(job, optimizer, average, checkpoints, checkpoints.Resume(), progress);
        session.Run(cancellation);
        return checkpoints.HandOver(session.State);
    }
}
