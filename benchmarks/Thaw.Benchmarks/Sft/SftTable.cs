using System.Globalization;
using System.Text;
using Thaw.Benchmarks.Output;

namespace Thaw.Benchmarks.Sft;

/// <summary>The result of fine-tuning as Markdown.</summary>
internal static class SftTable
{
    public static string Markdown(IReadOnlyList<SftResult> results, BenchmarkOptions options)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"SFT of `{options.Model}`, {results[0].Dtype}, 128 rows a step, {options.Steps} timed steps a round, PyTorch {results[0].PyTorchVersion}.\n");
        text.Append("Tokens are those of the rows without padding, the same for both. Computed: places computed for each of them.\n\n");
        text.Append("| rows | round | Thaw, tokens/s | PyTorch, tokens/s | ratio | by CPU time | losses apart by at most |\n|---|---|---|---|---|---|---|\n");
        foreach (var result in results)
        {
            foreach (var (index, round) in result.Rounds.Index())
            {
                text.Append(CultureInfo.InvariantCulture, $"| {result.Rows} | {index + 1} | {round.ThawTokensPerSecond:n0} | {round.PyTorchTokensPerSecond:n0} | {round.Ratio:0.00} | {round.CpuRatio:0.00} | {round.LossGap:0.0e0} |\n");
            }
        }

        text.Append("\n| rows | median ratio Thaw / PyTorch | by CPU time | useful examples a second, Thaw | PyTorch | median Thaw, tokens/s | median PyTorch, tokens/s | computed by Thaw | computed by PyTorch | peak memory Thaw | peak memory PyTorch |\n");
        text.Append("|---|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var r in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {r.Rows} | **{r.MedianRatio:0.00}** | {r.MedianCpuRatio:0.00} | {Median.Of(r.Rounds.Select(x => x.ThawExamplesPerSecond)):n0} | {Median.Of(r.Rounds.Select(x => x.PyTorchExamplesPerSecond)):n0} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Median.Of(r.Rounds.Select(x => x.ThawTokensPerSecond)):n0} | {Median.Of(r.Rounds.Select(x => x.PyTorchTokensPerSecond)):n0} ");
            text.Append(CultureInfo.InvariantCulture, $"| {r.ThawComputed:0.00} | {r.PyTorchComputed:0.00} | {r.ThawPeakMegabytes:n0} MB | {r.PyTorchPeakMegabytes:n0} MB |\n");
        }

        return text.ToString();
    }
}
