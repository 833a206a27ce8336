using System.Globalization;
using System.Text;
using Thaw.Benchmarks.Sft;

namespace Thaw.Benchmarks.Grpo;

/// <summary>A GRPO step with sharing and the same step without it, in turn.</summary>
internal static class GrpoBenchmark
{
    public static IReadOnlyList<GrpoResult> Run(BenchmarkOptions options, TextWriter text) => [.. GrpoCase.All.Select(work => Run(work, options, text))];

    private static GrpoResult Run(GrpoCase work, BenchmarkOptions options, TextWriter text)
    {
        using var shared = GrpoSide.Start(work, isShared: true, options);
        using var apart = GrpoSide.Start(work, isShared: false, options);
        var pairs = new List<(GrpoRound Shared, GrpoRound Apart)>();
        for (var round = 1; round <= options.Rounds; round++)
        {
            pairs.Add((shared.Run(), apart.Run()));
            var (a, b) = pairs[^1];
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"grpo {work.Name}, round {round}: shared {a.Seconds / options.Steps:0.000} s a step, apart {b.Seconds / options.Steps:0.000}, ratio {b.Seconds / a.Seconds:0.00}, by CPU time {b.CpuSeconds / a.CpuSeconds:0.00}; gradient norms {a.Steps[^1].GradientNorm:0.0000} and {b.Steps[^1].GradientNorm:0.0000}"));
        }

        return GrpoResult.Of(work, pairs, options);
    }

    public static string Markdown(IReadOnlyList<GrpoResult> results, BenchmarkOptions options)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"One GRPO step of `{options.Model}`, {SftBenchmark.NameOf(options.ComputeType)}: {GrpoCase.Completions} completions of each of {GrpoCase.Prompts} Sokoban prompts, then one update; {options.Steps} timed steps a round, {options.Rounds} rounds.\n");
        text.Append("Ratios are those of the seconds without sharing to those with it. Computed: places computed for each token of the rows, sampling and update together.\n\n");
        text.Append("| completions, prompts | tokens of a completion | **ratio** | by CPU time | of sampling | of the update | steps a second, shared | apart | computed, shared | apart | peak memory, shared | apart |\n");
        text.Append("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var r in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {r.Case} | {r.CompletionTokens:0.0} | **{r.Ratio:0.00}** | {r.CpuRatio:0.00} | {r.SampleRatio:0.00} | {r.UpdateRatio:0.00} | {r.SharedStepsPerSecond:0.00} | {r.ApartStepsPerSecond:0.00} ");
            text.Append(CultureInfo.InvariantCulture, $"| {r.SharedComputed:0.00} | {r.ApartComputed:0.00} | {r.SharedPeakMegabytes:n0} MB | {r.ApartPeakMegabytes:n0} MB |\n");
        }

        return text.ToString();
    }
}
