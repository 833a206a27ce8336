using System.Globalization;
using System.Text;
using Thaw.Learning.Generation;
using Thaw.Learning.Tokenization;

namespace Thaw.Serving.Server;

/// <summary>Where in its text each token of a completion begins.</summary>
internal sealed class TokenSpans(BytePairTokenizer tokenizer)
{
    private const double LeastLogProbability = -9999;

    private readonly TokenStreamDecoder _decoder = new(tokenizer);
    private readonly Queue<(GeneratedToken Token, int Offset)> _waiting = new();
    private int _tokenCharacters;
    private int _textCharacters;

    /// <summary>The tokens whose text has begun; those of a stop string never do. Call it for each update of a row, in their order.</summary>
    /// <returns>With the offset in UTF-16 units of the whole completion. A token inside a character stands where the character does.</returns>
    public List<(GeneratedToken Token, int Offset)> Within(RowUpdate update)
    {
        _textCharacters += update.Text.Length;
        foreach (var token in update.Tokens)
        {
            _waiting.Enqueue((token, _tokenCharacters));
            _tokenCharacters += _decoder.Append(token.Id).Length;
        }

        // Text that may become a stop string is held back; its tokens wait until it comes or the row ends without it.
        var begun = new List<(GeneratedToken, int)>();
        while (_waiting.TryPeek(out var next) && next.Offset < _textCharacters)
        {
            begun.Add(_waiting.Dequeue());
        }

        return begun;
    }

    /// <summary>The text of a token, <c>bytes:\xf0\x9f</c> for one that is a part of a character, or <c>token_id:7</c> for an id that no token has.</summary>
    public static string NameOf(BytePairTokenizer tokenizer, int id)
    {
        var bytes = tokenizer.TokenBytes(id);
        if (bytes.IsEmpty)
        {
            return string.Create(CultureInfo.InvariantCulture, $"token_id:{id}");
        }

        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var name = new StringBuilder("bytes:");
        foreach (var b in bytes)
        {
            name.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
        }

        return name.ToString();
    }

    /// <summary>JSON has no infinity; OpenAI writes -9999 for a token that cannot be.</summary>
    public static double Finite(float logProbability) => float.IsFinite(logProbability) ? logProbability : LeastLogProbability;
}
