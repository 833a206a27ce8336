using System.Globalization;
using System.Text;
using Thaw.Benchmarks.Output;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Generation;

namespace Thaw.Benchmarks.Generation;

/// <summary>Decoding in Thaw and in PyTorch in turn, case by case.</summary>
internal static class GenerationBenchmark
{
    // Two log-probabilities that are nearer than this may change places by the order of float32 sums.
    private const double NearTie = 1e-3;

    public static IReadOnlyList<GenerationResult> Run(BenchmarkOptions options, TextWriter text)
    {
        using var model = ModelFolder.Load(options.Model);
        var cases = GenerationWork.Make(model);
        var thaw = new ThawDecoding(model);
        using var pyTorch = new PyTorchDecoding(model, cases);
        return [.. cases.Select(work => Run(work.Key, work.Value, thaw, pyTorch, options.Rounds, text))];
    }

    private static GenerationResult Run(string name, GenerationCase work, ThawDecoding thaw, PyTorchDecoding pyTorch, int count, TextWriter text)
    {
        // Both sides warm up on it, too.
        var different = Different(thaw.Greedy(work), pyTorch.Run(name, isSampled: false).Ids);
        var rounds = new List<GenerationRound>();
        for (var round = 1; round <= count; round++)
        {
            var (ours, theirs) = (thaw.Run(work, work.IsSampled), pyTorch.Run(name, work.IsSampled));
            var result = new GenerationRound(ours.Tokens / ours.Seconds, theirs.Tokens / theirs.Seconds, ours.Tokens / ours.CpuSeconds, theirs.Tokens / theirs.CpuSeconds);
            rounds.Add(result);
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"generation {name}, round {round}: Thaw {result.ThawTokensPerSecond:n0} tokens/s, PyTorch {result.PyTorchTokensPerSecond:n0} tokens/s, ratio {result.Ratio:0.00}, by CPU time {result.CpuRatio:0.00}"));
        }

        return new GenerationResult(
            name,
            work.Rows.Count,
            work.Batch,
            work.Rows.Average(row => row.Ids.Length),
            rounds,
            Median.Of(rounds.Select(r => r.Ratio)),
            Median.Of(rounds.Select(r => r.CpuRatio)),
            different,
            pyTorch.Version);
    }

    public static string Markdown(IReadOnlyList<GenerationResult> results, BenchmarkOptions options)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Generation of `{options.Model}`, float32, PyTorch {results[0].PyTorchVersion} eager with a cache. Tokens are generated ones; reading the prompts is in the time.\n\n");
        text.Append("| case | rows | at once | tokens a prompt | median Thaw, tokens/s | median PyTorch, tokens/s | median ratio | by CPU time | greedy rows that differ |\n|---|---|---|---|---|---|---|---|---|\n");
        foreach (var r in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {r.Name} | {r.Rows} | {r.Batch} | {r.PromptTokens:0} | {Median.Of(r.Rounds.Select(x => x.ThawTokensPerSecond)):n0} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Median.Of(r.Rounds.Select(x => x.PyTorchTokensPerSecond)):n0} | **{r.MedianRatio:0.00}** | {r.MedianCpuRatio:0.00} | {r.DifferentRows} |\n");
        }

        return text.ToString();
    }

    // Rows that part at a place where no near tie explains it.
    private static int Different(IReadOnlyList<GenerationRow> ours, IReadOnlyList<IReadOnlyList<int>> theirs) =>
        ours.Zip(theirs).Count(pair => !AreTheSame(pair.First, pair.Second));

    private static bool AreTheSame(GenerationRow ours, IReadOnlyList<int> theirs)
    {
        for (var place = 0; place < ours.Tokens.Count; place++)
        {
            if (place == theirs.Count || ours.Tokens[place].Id != theirs[place])
            {
                var top = ours.Tokens[place].Top;
                return top[0].LogProbability - top[1].LogProbability < NearTie;
            }
        }

        return theirs.Count == ours.Tokens.Count || (ours.StopToken is { } stop && stop.Top[0].LogProbability - stop.Top[1].LogProbability < NearTie);
    }
}

/// <summary>One round: both sides on the same work, one after the other.</summary>
internal sealed record GenerationRound(double ThawTokensPerSecond, double PyTorchTokensPerSecond, double ThawTokensPerCpuSecond, double PyTorchTokensPerCpuSecond)
{
    public double Ratio => ThawTokensPerSecond / PyTorchTokensPerSecond;

    public double CpuRatio => ThawTokensPerCpuSecond / PyTorchTokensPerCpuSecond;
}

/// <summary>All rounds of one case.</summary>
/// <param name="DifferentRows">Rows whose greedy tokens differ between the sides without a near tie: then the rates mean nothing.</param>
internal sealed record GenerationResult(
    string Name,
    int Rows,
    int Batch,
    double PromptTokens,
    IReadOnlyList<GenerationRound> Rounds,
    double MedianRatio,
    double MedianCpuRatio,
    int DifferentRows,
    string PyTorchVersion)
{
    public bool Agrees => DifferentRows == 0;
}
