namespace Thaw.Core.Tasks.Points;

/// <summary>Reads arithmetic: whole numbers, the four operations, and balanced parentheses. No text is ever run as code.</summary>
/// <remarks>
/// There is no sign in front of a number, no implied multiplication, no leading zero, and no number broken by space, unlike in the
/// paper, which takes out all spaces first. Dijkstra's shunting yard: linear in any text, and no recursion that "(" could drive.
/// </remarks>
public static class FormulaReader
{
    /// <returns>Null where <paramref name="text"/> is not a formula.</returns>
    public static Formula? ReadOrNull(ReadOnlySpan<char> text, OperatorNames names)
    {
        var postfix = new List<Formula.Node>();

        // Null is an open parenthesis.
        var pending = new Stack<Operation?>();
        var needsOperand = true;
        while (!(text = text.TrimStart()).IsEmpty)
        {
            var length = 1;
            switch (text[0])
            {
                case >= '0' and <= '9' when needsOperand:
                    length = ReadNumber(text, postfix);
                    needsOperand = false;
                    break;
                case '(' when needsOperand:
                    pending.Push(null);
                    break;
                case ')' when !needsOperand && TryClose(pending, postfix):
                    break;
                default:
                    if (needsOperand || names.ReadOrNull(text) is not { } operation)
                    {
                        return null;
                    }

                    Apply(pending, postfix, Formula.RankOf(operation));
                    pending.Push(operation);
                    length = names.NameOf(operation).Length;
                    needsOperand = true;
                    break;
            }

            if (length == 0)
            {
                return null;
            }

            text = text[length..];
        }

        Apply(pending, postfix, lowestRank: 0);
        return needsOperand || pending.Count > 0 ? null : new Formula(postfix);
    }

    // The number of digits, or 0 for a leading zero.
    private static int ReadNumber(ReadOnlySpan<char> text, List<Formula.Node> postfix)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? text : text[..end];
        if (digits.Length > 1 && digits[0] == '0')
        {
            return 0;
        }

        var value = 0L;
        foreach (var digit in digits)
        {
            // A number of more than 18 digits is no card, and its value does not matter.
            value = value > (long.MaxValue - 9) / 10 ? long.MaxValue : (value * 10) + (digit - '0');
        }

        postfix.Add(Formula.Node.Of(value));
        return digits.Length;
    }

    private static bool TryClose(Stack<Operation?> pending, List<Formula.Node> postfix)
    {
        Apply(pending, postfix, lowestRank: 0);
        return pending.TryPop(out _);
    }

    // Operations of equal rank go from left to right.
    private static void Apply(Stack<Operation?> pending, List<Formula.Node> postfix, int lowestRank)
    {
        while (pending.TryPeek(out var top) && top is { } operation && Formula.RankOf(operation) >= lowestRank)
        {
            postfix.Add(Formula.Node.Of(operation));
            pending.Pop();
        }
    }
}
