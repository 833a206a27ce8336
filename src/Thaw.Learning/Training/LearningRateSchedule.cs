namespace Thaw.Learning.Training;

/// <summary>Learning rate as a pure function of the step.</summary>
/// <param name="DecayShare">With <see cref="ScheduleKind.Wsd"/>, the share of all steps, at the end, in which the rate falls.</param>
public sealed record LearningRateSchedule(ScheduleKind Kind, double Peak, int WarmupSteps, int TotalSteps, double FloorShare = 0.0, double DecayShare = 0.2)
{
    /// <param name="step">1 for the first update, <see cref="TotalSteps"/> for the last.</param>
    /// <remarks>
    /// Warm-up rises in equal parts and reaches the peak at step <see cref="WarmupSteps"/>. Differs from the paper, whose first
    /// step has rate 0 and so does nothing. The decay ends one step after the last at <see cref="FloorShare"/> of the peak.
    /// </remarks>
    public double At(int step)
    {
        if (step <= WarmupSteps)
        {
            return Peak * step / WarmupSteps;
        }

        var progress = Math.Min(1.0, (double)(step - WarmupSteps - 1) / Math.Max(1, TotalSteps - WarmupSteps));
        var share = Kind switch
        {
            ScheduleKind.Constant or ScheduleKind.ConstantWithWarmup => 1.0,
            ScheduleKind.Wsd => Math.Min(1.0, (1.0 - progress) * Math.Max(1, TotalSteps - WarmupSteps) / Math.Max(1.0, DecayShare * TotalSteps)),
            ScheduleKind.Linear => 1.0 - progress,
            _ => 0.5 * (1.0 + Math.Cos(Math.PI * progress)),
        };
        return Peak * (FloorShare + ((1.0 - FloorShare) * share));
    }
}

/// <summary>Named as in TRL's <c>lr_scheduler_type</c>.</summary>
public enum ScheduleKind
{
    Cosine,
    Linear,
    Constant,

    /// <summary>The same as <see cref="Constant"/>, which warms up too where it is told to: TRL's name for it.</summary>
    ConstantWithWarmup,

    /// <summary>Warm-up, stable, decay: constant, then linear.</summary>
    Wsd,
}
