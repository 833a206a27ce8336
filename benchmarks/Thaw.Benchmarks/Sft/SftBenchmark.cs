using System.Globalization;
using Thaw.Benchmarks.Output;
using Thaw.Core.Demonstrations;
using Thaw.Core.Storage;
using Thaw.Torch;

namespace Thaw.Benchmarks.Sft;

/// <summary>Fine-tuning in Thaw and in PyTorch in turn, each in a process of its own for each kind of rows.</summary>
internal static class SftBenchmark
{
    public static IReadOnlyList<SftResult> Run(BenchmarkOptions options, TextWriter text) =>
    [
        .. Enum.GetValues<Diversity>().Select(diversity => Run(options, $"paper, {JsonFormat.NameOf(diversity)}", SftWork.Paper(options, diversity), text)),
        .. Enum.GetValues<Diversity>().Select(diversity => Run(options, $"quickstart, {JsonFormat.NameOf(diversity)}", SftWork.Quickstart(options, diversity), text)),
    ];

    private static SftResult Run(BenchmarkOptions options, string name, SftWork work, TextWriter text)
    {
        var job = Path.Combine(Path.GetTempPath(), $"thaw-sft-{Environment.ProcessId}.json");
        SftJob.Of(work).Write(job);
        using var thaw = SideProcess<SideRound>.OfThaw(ThawSide.Verb, job);
        using var pyTorch = SideProcess<SideRound>.OfPython("sft_pytorch.py", job);
        var rounds = new List<SftRound>();
        SideRound? ours = null;
        SideRound? theirs = null;
        for (var round = 1; round <= options.Rounds; round++)
        {
            (ours, theirs) = (thaw.Run(), pyTorch.Run());

            // Both have read it; a run that is killed later leaves nothing behind.
            File.Delete(job);
            var gap = ours.Losses.Zip(theirs.Losses, (a, b) => Math.Abs(a - b)).Max();
            var result = new SftRound(
                work.UsefulTokens / ours.TimedSeconds,
                work.UsefulTokens / theirs.TimedSeconds,
                work.UsefulExamples / ours.TimedSeconds,
                work.UsefulExamples / theirs.TimedSeconds,
                theirs.TimedCpuSeconds / ours.TimedCpuSeconds, gap);
            rounds.Add(result);
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"sft {name}, round {round}: Thaw {result.ThawTokensPerSecond:n0} tokens/s, PyTorch {result.PyTorchTokensPerSecond:n0} tokens/s, ratio {result.Ratio:0.00}, by CPU time {result.CpuRatio:0.00}; loss {ours.Losses[0]:0.0000} to {ours.Losses[^1]:0.0000}, apart by {gap:0.0e0}"));
        }

        return new SftResult(
            name,
            NameOf(options.ComputeType),
            rounds,
            Median.Of(rounds.Select(r => r.Ratio)),
            Median.Of(rounds.Select(r => r.CpuRatio)),
            ours!.TimedComputedTokens / work.UsefulTokens,
            theirs!.TimedComputedTokens / work.UsefulTokens,
            ours.PeakMegabytes,
            theirs.PeakMegabytes,
            theirs.Version,
            rounds.All(r => r.LossGap <= options.LossTolerance));
    }

    public static string NameOf(DType dtype) => dtype == DType.BFloat16 ? "bfloat16" : "float32";
}
