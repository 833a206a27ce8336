namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>Where pieces of a text begin and end, in order.</summary>
internal sealed class PieceList
{
    /// <param name="IsMatch">Matched by the expression of the last rule, rather than left between matches.</param>
    public readonly record struct Piece(int Start, int End, bool IsMatch);

    private Piece[] _pieces = new Piece[64];

    public int Count { get; private set; }

    public ReadOnlySpan<Piece> Span => _pieces.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(int start, int end, bool isMatch = false)
    {
        if (Count == _pieces.Length)
        {
            Array.Resize(ref _pieces, 2 * Count);
        }

        _pieces[Count++] = new Piece(start, end, isMatch);
    }

    /// <summary>Moves the end of the last piece.</summary>
    public void Extend(int end) => _pieces[Count - 1] = _pieces[Count - 1] with { End = end };
}
