using System.Text;

namespace Thaw.Learning.Tokenization;

/// <summary>Turns tokens into text as they come: a character appears when its last byte is there.</summary>
/// <remarks>All parts together are <see cref="BytePairTokenizer.Decode"/> of all tokens; an id that no token has is no text.</remarks>
public sealed class TokenStreamDecoder(BytePairTokenizer tokenizer, bool skipSpecial = false)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <returns>The characters that this token completes, often all of its own; empty inside a character.</returns>
    public string Append(int id) => skipSpecial && tokenizer.IsSpecial(id) ? "" : Convert(tokenizer.TokenBytes(id), flush: false);

    /// <returns>U+FFFD for a character that was never completed, else empty. The decoder may then be used for another text.</returns>
    public string Finish() => Convert([], flush: true);

    private string Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        var chars = new char[_decoder.GetCharCount(bytes, flush)];
        return new string(chars, 0, _decoder.GetChars(bytes, chars, flush));
    }
}
