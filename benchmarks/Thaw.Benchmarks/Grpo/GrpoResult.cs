using Thaw.Benchmarks.Output;

namespace Thaw.Benchmarks.Grpo;

/// <summary>All rounds of one case. Numbers are medians over the rounds.</summary>
/// <param name="OtherCompletions">Share of the completions after the first update that differ between the sides.</param>
/// <param name="Agrees">The first step has the same completions, loss and gradient norm, and hardly any completion differs later.</param>
internal sealed record GrpoResult(
    string Case,
    double CompletionTokens,
    double Ratio,
    double CpuRatio,
    double SampleRatio,
    double UpdateRatio,
    double SharedStepsPerSecond,
    double ApartStepsPerSecond,
    double SharedComputed,
    double ApartComputed,
    double SharedPeakMegabytes,
    double ApartPeakMegabytes,
    double OtherCompletions,
    bool Agrees)
{
    /// <param name="mostOthers">Share of completions that may differ.</param>
    public static GrpoResult Of(GrpoCase work, IReadOnlyList<(GrpoRound Shared, GrpoRound Apart)> rounds, BenchmarkOptions options, double mostOthers)
    {
        var others = rounds.Average(r => r.Shared.Steps.Zip(r.Apart.Steps).Skip(1).Average(s => s.First.Completions.Zip(s.Second.Completions).Average(c => c.First == c.Second ? 0.0 : 1.0)));
        return new GrpoResult(
            work.Name,
            rounds[0].Shared.Steps.SelectMany(step => step.Completions).Average(completion => completion.Count(c => c == ' ') + 1.0),
            Of(r => r.Apart.Seconds / r.Shared.Seconds),
            Of(r => r.Apart.CpuSeconds / r.Shared.CpuSeconds),
            Of(r => r.Apart.SampleSeconds / r.Shared.SampleSeconds),
            Of(r => (r.Apart.Seconds - r.Apart.SampleSeconds) / (r.Shared.Seconds - r.Shared.SampleSeconds)),
            Of(r => options.Steps / r.Shared.Seconds),
            Of(r => options.Steps / r.Apart.Seconds),
            Of(r => r.Shared.Computed),
            Of(r => r.Apart.Computed),
            rounds.Max(r => r.Shared.PeakMegabytes),
            rounds.Max(r => r.Apart.PeakMegabytes),
            others,
            others <= mostOthers && rounds.All(r => IsSame(r.Shared.Steps[0], r.Apart.Steps[0], options)));

        double Of(Func<(GrpoRound Shared, GrpoRound Apart), double> value) => Median.Of(rounds.Select(value));
    }

    // A loss of advantages that add up to nothing is near 0, so its distance is not taken relative to itself.
    private static bool IsSame(GrpoStepResult a, GrpoStepResult b, BenchmarkOptions options) =>
        a.Completions.SequenceEqual(b.Completions)
        && Math.Abs(a.Loss - b.Loss) <= options.LossTolerance
        && Math.Abs(a.GradientNorm - b.GradientNorm) <= options.LossTolerance * b.GradientNorm;
}
