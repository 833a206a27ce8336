using System.Diagnostics;
using Thaw.Core.Generation;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Generation;

namespace Thaw.Benchmarks.Generation;

/// <summary>What one side did with one case.</summary>
/// <param name="Ids">Of every row, without the stop token.</param>
internal sealed record DecodingRound(IReadOnlyList<IReadOnlyList<int>> Ids, double Seconds, double CpuSeconds)
{
    public int Tokens => Ids.Sum(row => row.Count);
}

/// <summary>Our side, in this process: a fresh engine for each round, so that nothing is known from an earlier one.</summary>
internal sealed class ThawDecoding(ModelFolder model)
{
    public DecodingRound Run(GenerationCase work, bool isSampled)
    {
        var (start, cpuStart) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var rows = Decode(work, isSampled, tops: 0);
        return new DecodingRound(
            [.. rows.Select(row => (IReadOnlyList<int>)[.. row.Tokens.Select(token => token.Id)])],
            Stopwatch.GetElapsedTime(start).TotalSeconds,
            (Environment.CpuUsage.TotalTime - cpuStart).TotalSeconds);
    }

    /// <summary>The greedy rows of a case, with the two most probable tokens at each place.</summary>
    public IReadOnlyList<GenerationRow> Greedy(GenerationCase work) => Decode(work, isSampled: false, tops: 2);

    private List<GenerationRow> Decode(GenerationCase work, bool isSampled, int tops)
    {
        using var engine = new GenerationEngine(model.Decoder, model.Tokenizer, model.StopIds, new EngineLimits { MaxRows = work.Batch });
        var rows = work.Rows.Select((row, i) => engine.Add(
            new GenerationRequest(row.Ids, new SamplingOptions { MaxNewTokens = row.NewTokens, Temperature = isSampled ? 1 : 0, Seed = (ulong)i })
            {
                IgnoreEos = row.IgnoreStops,
                TopLogProbabilities = tops,
            })).ToList();
        while (engine.Step(default))
        {
        }

        return rows;
    }
}
