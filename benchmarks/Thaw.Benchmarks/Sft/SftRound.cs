namespace Thaw.Benchmarks.Sft;

/// <summary>What one side did in one round.</summary>
/// <param name="Losses">Of every step, the warm-up first; nats per scored token.</param>
/// <param name="Seconds">Likewise.</param>
/// <param name="CpuSeconds">Likewise, of the processor: what other programs do to the clock does not show in it.</param>
/// <param name="ComputedTokens">Likewise: places for which the model is computed.</param>
/// <param name="PeakMegabytes">Greatest resident memory of the side's process so far.</param>
/// <param name="Version">Of the library that multiplies.</param>
internal sealed record SideRound(
    IReadOnlyList<double> Losses, IReadOnlyList<double> Seconds, IReadOnlyList<double> CpuSeconds, IReadOnlyList<long> ComputedTokens, double PeakMegabytes, string Version)
{
    public double TimedSeconds => Seconds.Skip(1).Sum();

    public double TimedCpuSeconds => CpuSeconds.Skip(1).Sum();

    public double TimedComputedTokens => ComputedTokens.Skip(1).Sum();
}

/// <summary>One round: both sides on the same work, one after the other.</summary>
/// <param name="CpuRatio">The ratio by processor time; on a machine with other work the better one.</param>
/// <param name="LossGap">Greatest difference between the losses of a step.</param>
internal sealed record SftRound(
    double ThawTokensPerSecond, double PyTorchTokensPerSecond, double ThawExamplesPerSecond, double PyTorchExamplesPerSecond, double CpuRatio, double LossGap)
{
    public double Ratio => ThawTokensPerSecond / PyTorchTokensPerSecond;
}

/// <summary>All rounds on one kind of rows.</summary>
/// <param name="ThawComputed">Places that Thaw computes for each token of the rows: less than 1 where rows share their beginnings.</param>
/// <param name="PyTorchComputed">Likewise; more than 1 by the padding.</param>
/// <param name="Agrees">False where a loss gap passes the bound, so that the rates mean nothing.</param>
internal sealed record SftResult(
    string Rows,
    string Dtype,
    IReadOnlyList<SftRound> Rounds,
    double MedianRatio,
    double MedianCpuRatio,
    double ThawComputed,
    double PyTorchComputed,
    double ThawPeakMegabytes,
    double PyTorchPeakMegabytes,
    string PyTorchVersion,
    bool Agrees);
