using System.Globalization;
using Thaw.Benchmarks.Output;
using Thaw.Torch;

namespace Thaw.Benchmarks.Grpo;

/// <summary>One side of a case.</summary>
internal static class GrpoSide
{
    /// <summary>The hidden verb that its process is started with.</summary>
    public const string Verb = "grpo-side";

    public static SideProcess<GrpoRound> Start(GrpoCase work, bool isShared, BenchmarkOptions options) => SideProcess<GrpoRound>.OfThaw(
        Verb, work.Name, isShared.ToString(), Path.GetFullPath(options.Model), options.ComputeType.ToString(), options.Steps.ToString(CultureInfo.InvariantCulture));

    /// <summary>Each round is one step that is not timed, then the timed ones, from the weights of the checkpoint.</summary>
    public static int Serve(string[] arguments)
    {
        var (work, isShared, model) = (GrpoCase.Find(arguments[0]), bool.Parse(arguments[1]), arguments[2]);
        var (dtype, steps) = (Enum.Parse<DType>(arguments[3]), int.Parse(arguments[4], CultureInfo.InvariantCulture));
        return SideProcess.Serve(() =>
        {
            using var step = new GrpoStep(work, isShared, model, dtype, steps + 1);
            return new GrpoRound([.. Enumerable.Range(0, steps + 1).Select(_ => step.Run())], MachineFacts.PeakMegabytes());
        });
    }
}

/// <param name="Steps">The first is not timed.</param>
/// <param name="PeakMegabytes">Greatest resident memory of the side's process so far.</param>
internal sealed record GrpoRound(IReadOnlyList<GrpoStepResult> Steps, double PeakMegabytes)
{
    private IEnumerable<GrpoStepResult> Timed => Steps.Skip(1);

    public double Seconds => Timed.Sum(step => step.Seconds);

    public double SampleSeconds => Timed.Sum(step => step.SampleSeconds);

    public double CpuSeconds => Timed.Sum(step => step.CpuSeconds);

    /// <summary>Places for which the model is computed, sampling and update, for each token of the rows.</summary>
    public double Computed => Timed.Sum(step => (double)step.SampledTokens + step.TrainedTokens) / (2.0 * Timed.Sum(step => step.RowTokens));
}
