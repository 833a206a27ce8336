namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>One split rule, ready to cut.</summary>
internal sealed class SplitStage
{
    /// <summary>How many characters may be looked at for each byte of the text, and in a short text altogether.</summary>
    private const int WorkPerByte = 500, WorkOfShortText = 10_000_000;

    /// <param name="Seen">Nothing from here on had a say in where the piece ends; beyond the text where its end had.</param>
    /// <param name="IsMatch">Matched by the expression, rather than left between matches.</param>
    public readonly record struct Piece(int End, int Seen, bool IsMatch);

    private readonly SplitRule _rule;
    private readonly SplitAutomaton _automaton;

    private SplitStage(SplitRule rule, SplitAutomaton automaton) => (_rule, _automaton) = (rule, automaton);

    /// <exception cref="InvalidDataException">The expression is malformed or unsupported.</exception>
    public static SplitStage Of(SplitRule rule, int index)
    {
        try
        {
            return new SplitStage(rule, new SplitAutomaton(rule.Pattern));
        }
        catch (FormatException error)
        {
            throw new InvalidDataException($"pre_tokenizer: split expression {index}, {error.Message}", error);
        }
    }

    /// <summary>Every match and every gap is a piece.</summary>
    public bool IsIsolating => _rule.Behavior == SplitBehavior.Isolated;

    public static long BudgetFor(int textLength) => WorkOfShortText + ((long)WorkPerByte * textLength);

    /// <summary>Adds the pieces of a part of the text; the expression sees nothing beyond that part.</summary>
    /// <exception cref="InvalidDataException">The expression looks at the same text again and again.</exception>
    public void Split(ReadOnlySpan<byte> text, int start, int end, PieceList pieces)
    {
        // Where both matches and gaps are pieces, inverting makes no difference.
        var spans = IsIsolating ? pieces : new PieceList();
        var part = text[..end];
        var budget = BudgetFor(end - start);
        for (var at = start; at < end;)
        {
            var piece = NextPiece(part, at, ref budget);
            spans.Add(at, piece.End, piece.IsMatch);
            at = piece.End;
        }

        if (!IsIsolating)
        {
            Join(spans.Span, pieces);
        }
    }

    /// <param name="budget">How many more characters may be looked at.</param>
    /// <returns>The match at a place that is not the end, or the gap from there to the next match.</returns>
    /// <exception cref="InvalidDataException">The budget is used up.</exception>
    public Piece NextPiece(ReadOnlySpan<byte> text, int at, ref long budget)
    {
        var (end, seen) = (at, at);
        while (end < text.Length)
        {
            var match = _automaton.Match(text, end, out var seenNow);
            budget -= seenNow - end;
            if (budget < 0)
            {
                throw new InvalidDataException($"The split expression {_rule.Pattern} takes too long on this text.");
            }

            seen = Math.Max(seen, seenNow);
            if (match >= 0)
            {
                return end == at ? new Piece(match, seen, true) : new Piece(end, seen, false);
            }

            end = Utf8Text.NextStart(text, end);
        }

        return new Piece(end, text.Length + 1, false);
    }

    private void Join(ReadOnlySpan<PieceList.Piece> spans, PieceList pieces)
    {
        var (before, previousCounts) = (pieces.Count, false);
        for (var i = 0; i < spans.Length; i++)
        {
            var (start, end, _) = spans[i];
            var counts = Counts(spans[i]);
            switch (_rule.Behavior)
            {
                case SplitBehavior.Removed when counts:
                    break;
                case SplitBehavior.MergedWithPrevious when counts && !previousCounts && pieces.Count > before:
                case SplitBehavior.Contiguous when counts == previousCounts && pieces.Count > before:
                    pieces.Extend(end);
                    break;
                case SplitBehavior.MergedWithNext when counts && i + 1 < spans.Length && !Counts(spans[i + 1]):
                    pieces.Add(start, spans[++i].End);
                    counts = false;
                    break;
                default:
                    pieces.Add(start, end);
                    break;
            }

            previousCounts = counts;
        }
    }

    private bool Counts(PieceList.Piece span) => span.IsMatch != _rule.IsInverted;
}
