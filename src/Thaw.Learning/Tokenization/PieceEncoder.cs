namespace Thaw.Learning.Tokenization;

/// <summary>The tokens of single pieces, which are merged within themselves only. Safe to use from several threads.</summary>
internal sealed class PieceEncoder(TokenTable table, MergeTable merges, bool ignoresMerges)
{
    private const int StackBytes = 512;

    private readonly PieceCache _cache = new();

    /// <summary>Adds the tokens of a part of the text that is one piece, at least one byte long.</summary>
    public void Encode(ReadOnlySpan<byte> text, int start, int end, IdBuffer ids)
    {
        var length = end - start;
        if (length == 1)
        {
            ids.Add(table.IdOfByte(text[start]));
            return;
        }

        var piece = text.Slice(start, length);
        if (length > PieceCache.MaxLength)
        {
            ids.AddRange(TokensOf(piece));
            return;
        }

        var key = PieceCache.KeyOf(text, start, length);
        if (_cache.Find(key, piece) is not { } entry)
        {
            entry = _cache.Add(key, piece, TokensOf(piece));
        }

        ids.Add(entry.First);
        if (entry.Rest.Length > 0)
        {
            ids.AddRange(entry.Rest);
        }
    }

    private int[] TokensOf(ReadOnlySpan<byte> piece)
    {
        if (ignoresMerges && table.FindSpelled(piece) is { } whole)
        {
            return [whole];
        }

        var tokens = piece.Length <= StackBytes ? stackalloc int[piece.Length] : new int[piece.Length];
        for (var i = 0; i < piece.Length; i++)
        {
            tokens[i] = table.IdOfByte(piece[i]);
        }

        return tokens[..merges.Apply(tokens)].ToArray();
    }
}
