namespace Thaw.Core.Tasks.Sokoban.Scoring;

/// <summary>How the public code scores an answer for reinforcement learning and for the rejection of samples, its faults included.</summary>
/// <remarks>
/// Source: paper.md 6.2, compute_score_with_action_sequence_and_diverse_prompt. It looks at prompt and completion as one text, wants each
/// of four tags exactly once, reads the last answer that stands on one line, splits it into pieces and takes as many of them as the label has. A
/// bare digit is an action under any vocabulary, and a prompt that lists no answers scores nothing.
/// </remarks>
internal static class PaperReward
{
    private const string Assistant = "Assistant:";
    private const string ChatAssistant = "<|im_start|>assistant";
    private static readonly string[] s_tags = ["<think>", "</think>", "<answer>", "</answer>"];

    /// <summary>Reads the first action, 1 to 4 for up, down, left, right.</summary>
    /// <returns>0 with the reason where the public code finds none; the answer is null where there was none to look at.</returns>
    public static (int Action, string? Answer, string? Reason) Read(string prompt, string completion)
    {
        var (actions, answer, reason) = Read(prompt, completion, count: 1);
        return (actions.Count > 0 ? actions[0] : 0, answer, reason);
    }

    /// <summary>Reads as many actions as the label has that they are compared with; pieces behind them are not looked at.</summary>
    /// <returns>Fewer with the reason where the public code finds no more.</returns>
    public static (IReadOnlyList<int> Actions, string? Answer, string? Reason) Read(string prompt, string completion, int count)
    {
        var text = string.Concat(prompt, completion);
        var mark = text.Contains(Assistant, StringComparison.Ordinal) ? Assistant : ChatAssistant;
        var turn = text.IndexOf(mark, StringComparison.Ordinal);
        if (turn < 0)
        {
            return ([], null, "no_assistant_turn");
        }

        var response = text[(turn + mark.Length)..];
        if (!HasEachTagOnceInOrder(response))
        {
            return ([], null, "tags");
        }

        if (LastAnswerOrNull(response) is not { } answer)
        {
            return ([], null, "no_answer");
        }

        if (LabelsOrNull(text[..turn]) is not { } labels)
        {
            return ([], answer, "no_labels");
        }

        int[] actions = [.. Pieces(answer).Take(count).Select(piece => ActionOf(piece, labels)).TakeWhile(action => action > 0)];
        return (actions, answer, actions.Length < count ? "unknown_action" : null);
    }

    private static bool HasEachTagOnceInOrder(string response)
    {
        var last = -1;
        foreach (var tag in s_tags)
        {
            var at = response.IndexOf(tag, StringComparison.Ordinal);
            if (at < last || at < 0 || response.IndexOf(tag, at + tag.Length, StringComparison.Ordinal) >= 0)
            {
                return false;
            }

            last = at;
        }

        return true;
    }

    // The last match of <answer>(.*?)</answer>|<action>(.*?)</action>, where the dot is no newline; null also where nothing is between the tags.
    private static string? LastAnswerOrNull(string response)
    {
        string? last = null;
        foreach (var line in response.Split('\n'))
        {
            var (answer, action) = (NextMatch(line, 0, "answer"), NextMatch(line, 0, "action"));
            while (answer is not null || action is not null)
            {
                var first = action is null || answer?.Start < action.Value.Start ? answer!.Value : action.Value;
                last = line[first.Start..first.End];
                answer = answer?.Start < first.Next ? NextMatch(line, first.Next, "answer") : answer;
                action = action?.Start < first.Next ? NextMatch(line, first.Next, "action") : action;
            }
        }

        var stripped = last is null ? "" : Strip(last);
        return stripped.Length > 0 ? stripped : null;
    }

    private static (int Start, int End, int Next)? NextMatch(string line, int from, string tag)
    {
        var open = line.IndexOf($"<{tag}>", from, StringComparison.Ordinal);
        var start = open + tag.Length + 2;
        var end = open < 0 ? -1 : line.IndexOf($"</{tag}>", start, StringComparison.Ordinal);
        return end < 0 ? null : (start, end, end + tag.Length + 3);
    }

    // Answers: and four pairs of tags with bars between them; each label ends at the first closing tag behind which the next one opens.
    private static string[]? LabelsOrNull(string prompt)
    {
        var at = OpeningOfAnswers(prompt);
        var labels = new string[4];
        for (var i = 0; at >= 0 && i < labels.Length; i++)
        {
            var (end, next) = i < labels.Length - 1 ? EndOfLabel(prompt, at) : (IndexOf(prompt, "</answer>", at), prompt.Length);
            if (end < 0)
            {
                return null;
            }

            (labels[i], at) = (Strip(prompt[at..end]), next);
        }

        return at < 0 ? null : labels;
    }

    private static int OpeningOfAnswers(string prompt)
    {
        for (var at = IndexOf(prompt, "Answers:", 0); at >= 0; at = IndexOf(prompt, "Answers:", at))
        {
            at = SkipSpace(prompt, at + "Answers:".Length);
            if (IsAt(prompt, at, "<answer>"))
            {
                return at + "<answer>".Length;
            }
        }

        return -1;
    }

    private static (int End, int Next) EndOfLabel(string prompt, int from)
    {
        for (var end = IndexOf(prompt, "</answer>", from); end >= 0; end = IndexOf(prompt, "</answer>", end + 1))
        {
            var bar = SkipSpace(prompt, end + "</answer>".Length);
            var next = IsAt(prompt, bar, "|") ? SkipSpace(prompt, bar + 1) : -1;
            if (next >= 0 && IsAt(prompt, next, "<answer>"))
            {
                return (end, next + "<answer>".Length);
            }
        }

        return (-1, -1);
    }

    // n(label) is n, a label is its place, a digit is itself; among equal labels the last one counts.
    private static int ActionOf(string piece, string[] labels)
    {
        if (piece.Length >= 3 && piece[0] is >= '1' and <= '4' && piece[1] == '(' && piece[^1] == ')' && Array.Exists(labels, label => IsSame(piece[2..^1], label)))
        {
            return piece[0] - '0';
        }

        var place = Array.FindLastIndex(labels, label => IsSame(piece, label));
        return place >= 0 ? place + 1 : piece is ['1' or '2' or '3' or '4'] ? piece[0] - '0' : 0;
    }

    // Nothing between two separators is no piece.
    private static IEnumerable<string> Pieces(string answer)
    {
        for (var start = 0; start < answer.Length;)
        {
            if (IsSeparator(answer[start]))
            {
                start++;
                continue;
            }

            var end = start;
            while (end < answer.Length && !IsSeparator(answer[end]))
            {
                end++;
            }

            yield return answer[start..end];
            start = end;
        }
    }

    private static bool IsSeparator(char symbol) => symbol is ',' or ';' || IsSpace(symbol);

    // What Python takes for white space: four separators of ASCII more than .NET.
    private static bool IsSpace(char symbol) => char.IsWhiteSpace(symbol) || symbol is >= '\u001c' and <= '\u001f';

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && IsSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private static string Strip(string text)
    {
        var start = SkipSpace(text, 0);
        var end = text.Length;
        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    private static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static int IndexOf(string text, string part, int from) => text.IndexOf(part, from, StringComparison.OrdinalIgnoreCase);

    private static bool IsAt(string text, int at, string part) => text.AsSpan(at).StartsWith(part, StringComparison.OrdinalIgnoreCase);
}
