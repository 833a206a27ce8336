using Thaw.Learning.Tokenization.Splitting;

namespace Thaw.Learning.Tokenization;

/// <summary>The tokens of text that one rule cuts into pieces, several pieces at a time where they were seen before.</summary>
/// <remarks>
/// Prompts are mostly the same. Which pieces a text begins with is decided by as many bytes as the split expression looks at; so the tokens of
/// all pieces that were decided within the next <see cref="PhraseCache.Window"/> bytes can be looked up by those bytes.
/// </remarks>
internal sealed class PhraseEncoder(SplitStage stage, PieceEncoder pieces)
{
    private readonly PhraseCache _cache = new();

    /// <param name="text">Well-formed UTF-8; the expression sees nothing beyond.</param>
    /// <exception cref="InvalidDataException">The expression looks at the same text again and again.</exception>
    public void Encode(ReadOnlySpan<byte> text, IdBuffer ids)
    {
        var budget = SplitStage.BudgetFor(text.Length);
        var at = 0;
        while (at <= text.Length - PhraseCache.Window)
        {
            var key = PhraseCache.KeyOf(text, at);
            if (_cache.Find(key) is { } phrase)
            {
                ids.AddRange(phrase.Tokens);
                at += phrase.Length;
            }
            else
            {
                at = EncodePhrase(text, at, key, ids, ref budget);
            }
        }

        while (at < text.Length)
        {
            var piece = stage.NextPiece(text, at, ref budget);
            pieces.Encode(text, at, piece.End, ids);
            at = piece.End;
        }
    }

    /// <returns>Where the next phrase begins.</returns>
    private int EncodePhrase(ReadOnlySpan<byte> text, int start, in PhraseCache.Key key, IdBuffer ids, ref long budget)
    {
        var (at, before) = (start, ids.Count);
        while (at < start + PhraseCache.Window)
        {
            var piece = stage.NextPiece(text, at, ref budget);
            if (piece.Seen > start + PhraseCache.Window)
            {
                // What lies beyond the window has decided. The first piece is taken all the same, but not remembered.
                if (at > start)
                {
                    break;
                }

                pieces.Encode(text, at, piece.End, ids);
                return piece.End;
            }

            pieces.Encode(text, at, piece.End, ids);
            at = piece.End;
            if (text[at - 1] == '\n')
            {
                // Where lines differ and then agree again, phrases agree again too.
                break;
            }
        }

        _cache.Add(key, at - start, ids.ToArray(before));
        return at;
    }
}
