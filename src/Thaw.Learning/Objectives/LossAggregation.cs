namespace Thaw.Learning.Objectives;

/// <summary>How the losses of a step's tokens become one number; verl's <c>loss_agg_mode</c>.</summary>
public enum LossAggregation
{
    /// <summary>Every token of the step weighs the same: long completions count for more.</summary>
    TokenMean,

    /// <summary>Every sequence weighs the same, and in it every token; with micro-batches of one row the public code of arXiv 2510.00237.</summary>
    SeqMeanTokenMean,

    /// <summary>Sums over the tokens of a sequence, averaged over sequences.</summary>
    SeqMeanTokenSum,
}

/// <summary>The weight of each token of a step.</summary>
/// <param name="Tokens">Scored tokens of the whole step, over all micro-batches, workers and ranks.</param>
/// <param name="Sequences">Sequences with a scored token, likewise.</param>
public readonly record struct StepTotals(long Tokens, long Sequences)
{
    /// <param name="lengths">For each sequence of a batch, by its number, how many of its tokens are scored.</param>
    /// <param name="sequences">For each scored token of the batch, the number of its sequence.</param>
    /// <returns>What each token's loss is multiplied by before all are added up, over all batches of the step.</returns>
    public double[] Weights(LossAggregation mode, IReadOnlyList<int> sequences, IReadOnlyDictionary<int, int> lengths)
    {
        var (tokens, all) = (Tokens, Sequences);
        return [.. sequences.Select(sequence => mode switch
        {
            LossAggregation.TokenMean => 1.0 / tokens,
            LossAggregation.SeqMeanTokenMean => 1.0 / all / lengths[sequence],
            LossAggregation.SeqMeanTokenSum => 1.0 / all,
            _ => throw new ArgumentOutOfRangeException(nameof(mode)),
        })];
    }
}
