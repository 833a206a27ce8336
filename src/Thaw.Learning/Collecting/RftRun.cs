using Thaw.Core.Progress;
using Thaw.Learning.Sft;

namespace Thaw.Learning.Collecting;

/// <summary>Rejection-sampling fine-tuning: sample with the present weights, train on what is correct, again (RFT, arXiv 2308.01825).</summary>
public static class RftRun
{
    /// <param name="name">What the run is called on the display.</param>
    /// <returns>What each round collected and came to.</returns>
    /// <exception cref="InvalidDataException">No sample of a round was correct.</exception>
    /// <exception cref="OperationCanceledException">Running again goes on where this stopped.</exception>
    public static IReadOnlyList<RftRound> Run(RftOptions options, string name, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        options.Validate();
        var rounds = new List<RftRound>();
        var model = options.ModelNameOrPath;
        for (var round = 0; round < options.Rounds; round++)
        {
            var label = $"{name}: round {round + 1}";
            var collect = options.CollectOf(round, model);
            var yield = CollectRun.Run(collect, label, progress, cancellation);
            if (yield.Rows == 0)
            {
                throw new InvalidDataException($"{collect.OutputDir}: none of {yield.Total.Samples} samples was correct, so round {round + 1} has nothing to learn from.");
            }

            model = SftRun.Run(options.SftOf(round, model), label, progress, cancellation);
            rounds.Add(new RftRound(round + 1, yield, model));
        }

        return rounds;
    }
}

/// <param name="Number">From 1.</param>
/// <param name="Yield">Of the weights before it.</param>
/// <param name="Checkpoint">The folder of the weights after it.</param>
public sealed record RftRound(int Number, CollectYield Yield, string Checkpoint);
