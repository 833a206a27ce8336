namespace Thaw.Learning.Training;

/// <summary>One row to learn from: its tokens, and which of them are targets.</summary>
/// <param name="IsTarget">True where the token at that place is scored; the first token never can be.</param>
public sealed record TrainingExample(int[] Ids, bool[] IsTarget)
{
    /// <summary>Targets are exactly the tokens of the completion.</summary>
    public static TrainingExample FromPromptAndCompletion(int[] prompt, int[] completion)
    {
        var isTarget = new bool[prompt.Length + completion.Length];
        Array.Fill(isTarget, true, prompt.Length, completion.Length);
        return new TrainingExample([.. prompt, .. completion], isTarget);
    }

    public int TargetCount => IsTarget.Count(t => t);

    /// <summary>Place of the first target; the length where there is none.</summary>
    public int FirstTarget => Array.IndexOf(IsTarget, true) is >= 0 and var first ? first : Ids.Length;
}
