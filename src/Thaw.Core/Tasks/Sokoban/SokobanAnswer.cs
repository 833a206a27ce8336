namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Finds the answer in what a model wrote.</summary>
public static class SokobanAnswer
{
    private const string Open = "<answer>";
    private const string Close = "</answer>";

    /// <summary>The trimmed text between the last <c>&lt;answer&gt;</c> that is closed and the first <c>&lt;/answer&gt;</c> behind it.</summary>
    /// <remarks>
    /// Differs from the paper, which takes the first match: a model that weighs an answer in its thoughts and then gives another
    /// one is held to what it gave. The thought itself is not looked at, so a missing <c>&lt;/think&gt;</c> does no harm, as in the
    /// paper. Three scans, so the time is linear in any text.
    /// </remarks>
    /// <returns>Null where the completion holds no closed answer; empty where there is nothing between the marks.</returns>
    public static string? Read(string completion) => TryFind(completion, out var answer) ? answer.ToString() : null;

    /// <summary>The same without a copy of the text.</summary>
    internal static bool TryFind(string completion, out ReadOnlySpan<char> answer)
    {
        answer = default;
        var text = completion.AsSpan();
        var lastClose = text.LastIndexOf(Close, StringComparison.Ordinal);
        if (lastClose < 0)
        {
            return false;
        }

        var open = text[..lastClose].LastIndexOf(Open, StringComparison.Ordinal);
        if (open < 0)
        {
            return false;
        }

        var inside = text[(open + Open.Length)..];
        answer = inside[..inside.IndexOf(Close, StringComparison.Ordinal)].Trim();
        return true;
    }
}
