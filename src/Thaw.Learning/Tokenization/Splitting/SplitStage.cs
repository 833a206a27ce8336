namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>One split rule, ready to cut.</summary>
internal sealed class SplitStage
{
    /// <summary>How many characters may be looked at for each one of the text, on average, and in a short text altogether.</summary>
    private const int WorkPerByte = 500, WorkOfShortText = 10_000_000;

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

    /// <summary>Adds the pieces of a part of the text; the expression sees nothing beyond that part.</summary>
    /// <exception cref="InvalidDataException">The expression looks at the same text again and again.</exception>
    public void Split(ReadOnlySpan<byte> text, int start, int end, PieceList pieces)
    {
        if (_rule.Behavior == SplitBehavior.Isolated)
        {
            // Which parts are matches and which are gaps makes no difference, so neither does inverting.
            Scan(text[..end], start, pieces);
            return;
        }

        var spans = new PieceList();
        Scan(text[..end], start, spans);
        Join(spans.Span, pieces);
    }

    private void Scan(ReadOnlySpan<byte> part, int start, PieceList spans)
    {
        var (gap, at, work) = (start, start, 0L);
        var limit = WorkOfShortText + ((long)WorkPerByte * (part.Length - start));
        while (at < part.Length)
        {
            var match = _automaton.Match(part, at, ref work);
            if (match < 0)
            {
                at = Utf8Text.NextStart(part, at);
            }
            else
            {
                if (gap < at)
                {
                    spans.Add(gap, at);
                }

                spans.Add(at, match, isMatch: true);
                gap = at = match;
            }

            if (work > limit)
            {
                throw new InvalidDataException($"The split expression {_rule.Pattern} takes too long on this text.");
            }
        }

        if (gap < part.Length)
        {
            spans.Add(gap, part.Length);
        }
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
