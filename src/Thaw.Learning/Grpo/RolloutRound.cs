using Thaw.Learning.Training;

namespace Thaw.Learning.Grpo;

/// <summary>The samples of one round, group by group.</summary>
internal sealed record RolloutRound(int Number, IReadOnlyList<Rollout> Rollouts, GrpoOptions Options)
{
    /// <summary>Of each rollout; what <c>scale_rewards: batch</c> calls a batch is the round.</summary>
    public double[] Advantages() => GroupAdvantages.Of([.. Rollouts.Select(r => r.Return)], Options.NumGenerations, Options.ScaleRewards);

    /// <summary>The rows of one update: the turns that something can be learnt from, weighed so that a mean over all their tokens is the <c>loss_type</c>.</summary>
    /// <param name="update">From 0, within the round.</param>
    public IReadOnlyList<TrainingExample> RowsOf(int update)
    {
        var first = update % Options.StepsPerGeneration * Options.RowsPerUpdate;
        var samples = Rollouts.Zip(Advantages()).Skip(first).Take(Options.RowsPerUpdate).Select((r, place) => new Sample(place, r.First, r.Second)).ToList();
        var kept = samples.Chunk(Options.NumGenerations)
            .Where(group => !(Options is { DropZeroStdGroups: true, Beta: 0 } && GroupAdvantages.HasNoSpread([.. group.Select(s => s.Rollout.Return)])))
            .SelectMany(group => group)
            .Select(s => s with { Turns = [.. s.Rollout.Turns.Where(turn => !(Options.MaskTruncatedCompletions && turn.IsTruncated))] })
            .Where(s => s.Turns.Count > 0)
            .ToList();

        // A step needs a row; where nothing can be learnt from any, this one weighs nothing and the update is the optimizer's alone.
        return kept.Count > 0 ? Rows(kept) : [Row(Rollouts[first].Turns[0], 0, 0)];
    }

    private List<TrainingExample> Rows(List<Sample> kept)
    {
        var all = kept.Sum(s => s.Tokens);
        var parts = kept.GroupBy(PartOf).ToDictionary(part => part.Key, part => part.Sum(s => s.Tokens));
        return [.. kept.SelectMany(s => s.Turns.Select(turn => Row(turn, s.Advantage, all * TokenShare(s))))];

        // What a token's loss is multiplied by before all are added up.
        double TokenShare(Sample s) => Options.LossType switch
        {
            GrpoLoss.Dapo => 1.0 / all,
            GrpoLoss.Bnpo => 1.0 / parts.Count / parts[PartOf(s)],
            GrpoLoss.Grpo => 1.0 / kept.Count / s.Tokens,
            GrpoLoss.DrGrpo => 1.0 / Options.RowsPerUpdate / Options.MaxCompletionLength,
            _ => throw new InvalidOperationException($"No average for {Options.LossType}."),
        };

        int PartOf(Sample s) => s.Place / Options.PerDeviceTrainBatchSize;
    }

    private static TrainingExample Row(RolloutTurn turn, double advantage, double weight) =>
        TrainingExample.FromPromptAndCompletion(turn.Prompt, turn.Completion) with { Sampled = new SampledFacts(advantage, turn.Log, weight) };

    /// <param name="Place">Within the update.</param>
    private sealed record Sample(int Place, Rollout Rollout, double Advantage)
    {
        public IReadOnlyList<RolloutTurn> Turns { get; init; } = [];

        public int Tokens => Turns.Sum(turn => turn.Completion.Length);
    }
}
