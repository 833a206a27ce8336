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

    /// <summary>Tokens of the longest sequence: the stem and its longest branch.</summary>
    public int LongestPath => StemLength + BranchStarts.Select((start, i) => (i + 1 < BranchStarts.Length ? BranchStarts[i + 1] : Ids.Length) - start).DefaultIfEmpty(0).Max();

    /// <summary>How much of the beginning other rows may share: it must not reach the place that predicts the first target, nor a branch.</summary>
    public int SharableLength
    {
        get
        {
            var first = Array.IndexOf(IsTarget, true);
            return Math.Max(0, Math.Min(first >= 0 ? first : Ids.Length, StemLength) - 1);
        }
    }
}

/// <param name="Advantage">See <see cref="Objectives.RolloutTokens"/>.</param>
/// <param name="OldLog">log π_old of each target of the row, in order.</param>
/// <param name="Weight">What the loss of each token is multiplied by, besides its share in the average over the step.</param>
public sealed record SampledFacts(double Advantage, float[] OldLog, double Weight = 1.0)
{
    /// <summary>An advantage of its own for each target, where they differ within the row; null gives all <see cref="Advantage"/>.</summary>
    public double[]? Advantages { get; init; }
}
