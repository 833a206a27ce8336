namespace Thaw.Core.Tasks.Sokoban.Scoring;

/// <summary>How the public code reads the answer of a turn when it evaluates. Source: paper.md 1.7.</summary>
/// <remarks>Unlike <see cref="SokobanAnswer"/> it takes the first answer, and passes over markers inside of it.</remarks>
internal static class PaperTurn
{
    private const string Open = "<answer>";
    private const string Close = "</answer>";
    private static readonly string[] s_markers = ["<think>", "</think>", Open, Close, "<|im_start|>", "<|im_end|>"];

    /// <returns>Null where no answer is closed.</returns>
    public static string? Read(string completion)
    {
        var open = completion.IndexOf(Open, StringComparison.Ordinal);
        var close = open < 0 ? -1 : completion.IndexOf(Close, open + Open.Length, StringComparison.Ordinal);
        return close < 0
            ? null
            : s_markers.Aggregate(completion[(open + Open.Length)..close], (text, marker) => text.Replace(marker, "", StringComparison.Ordinal)).Trim();
    }
}
