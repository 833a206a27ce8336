namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>Cuts UTF-8 text by rules that are applied one after the other, each within the pieces of the one before.</summary>
internal sealed class PieceSplitter
{
    private readonly SplitStage[] _stages;

    /// <exception cref="InvalidDataException">An expression is malformed or unsupported; the message says which rule, counted from 0, and why.</exception>
    public PieceSplitter(IReadOnlyList<SplitRule> rules) => _stages = [.. rules.Select(SplitStage.Of)];

    /// <summary>The only stage, if there is one only and all text is in its pieces; else null.</summary>
    public SplitStage? Isolating => _stages is [{ IsIsolating: true } only] ? only : null;

    /// <param name="text">Well-formed UTF-8.</param>
    /// <param name="pieces">Replaced by the pieces. <paramref name="scratch"/> is overwritten.</param>
    /// <returns>The list that has the result, one of the two.</returns>
    /// <exception cref="InvalidDataException">An expression looks at the text again and again; the work would grow with the square of the length.</exception>
    public PieceList Split(ReadOnlySpan<byte> text, PieceList pieces, PieceList scratch)
    {
        pieces.Clear();
        if (!text.IsEmpty)
        {
            pieces.Add(0, text.Length);
        }

        foreach (var stage in _stages)
        {
            scratch.Clear();
            foreach (var (start, end, _) in pieces.Span)
            {
                stage.Split(text, start, end, scratch);
            }

            (pieces, scratch) = (scratch, pieces);
        }

        return pieces;
    }
}
