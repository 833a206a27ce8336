namespace Thaw.Learning.Training;

/// <summary>One row to learn from: its tokens, and which of them are targets.</summary>
/// <param name="IsTarget">True where the token at that place is scored; the first token never can be.</param>
/// <param name="BranchStarts">
/// Places where branches begin that continue the tokens before the first of them without seeing each other, as if each were a row of
/// its own; empty for one sequence. Rising; the first token of a branch is no target.
/// </param>
public sealed record TrainingExample(int[] Ids, bool[] IsTarget, int[] BranchStarts)
{
    public TrainingExample(int[] ids, bool[] isTarget)
        : this(ids, isTarget, [])
    {
    }

    /// <summary>What is known of a completion that was sampled; null for a demonstration.</summary>
    public SampledFacts? Sampled { get; init; }

    /// <summary>Targets are exactly the tokens of the completion.</summary>
    public static TrainingExample FromPromptAndCompletion(int[] prompt, int[] completion)
    {
        var isTarget = new bool[prompt.Length + completion.Length];
        Array.Fill(isTarget, true, prompt.Length, completion.Length);
        return new TrainingExample([.. prompt, .. completion], isTarget);
    }

    /// <summary>Tokens that every branch sees; all of them where there is no branch.</summary>
    public int StemLength => BranchStarts.Length > 0 ? BranchStarts[0] : Ids.Length;

    /// <summary>Tokens with which both begin before either branches: what two sequences that stand together need only once.</summary>
    internal int SharedLength(TrainingExample other) =>
        Ids.AsSpan(0, StemLength).CommonPrefixLength(other.Ids.AsSpan(0, other.StemLength));
}

/// <param name="Advantage">See <see cref="Objectives.RolloutTokens"/>.</param>
/// <param name="OldLog">log π_old of each target of the row, in order.</param>
/// <param name="Weight">What the loss of each token is multiplied by, besides its share in the average over the step.</param>
public sealed record SampledFacts(double Advantage, float[] OldLog, double Weight = 1.0)
{
    /// <summary>An advantage of its own for each target, where they differ within the row; null gives all <see cref="Advantage"/>.</summary>
    public double[]? Advantages { get; init; }
}
