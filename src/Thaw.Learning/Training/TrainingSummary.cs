namespace Thaw.Learning.Training;

/// <summary>How a run has ended, read from its folder.</summary>
/// <param name="LastCheckpoint">The newest, from which a longer run would go on.</param>
/// <param name="BestMetric">Null where evaluations were not compared.</param>
/// <param name="BestModelCheckpoint">The folder of the best evaluation.</param>
public sealed record TrainingSummary(string LastCheckpoint, int Steps, double? BestMetric, string? BestModelCheckpoint)
{
    /// <exception cref="InvalidDataException">The folder holds no whole checkpoint.</exception>
    public static TrainingSummary Read(string outputDir)
    {
        var last = TrainingCheckpoint.FindNewestOrNull(outputDir) ?? throw new InvalidDataException($"{outputDir}: no checkpoint.");
        var state = TrainingState.Read(last);
        return new TrainingSummary(last, state.Step, state.BestMetric, state.BestStep is { } best ? Measured(TrainingCheckpoint.PathOf(outputDir, best)) : null);
    }

    // Evaluations are of the moving average where there is one.
    private static string Measured(string checkpoint) => Path.Combine(checkpoint, TrainingCheckpoint.AverageName) is var average && Directory.Exists(average) ? average : checkpoint;
}
