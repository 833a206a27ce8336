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
    private int _tokenCharacters;
    private int _textCharacters;

    /// <summary>The tokens of an update that have text in it; those of a stop string have none. Call it for each update of a row, in their order.</summary>
    /// <returns>With the offset in UTF-16 units of the whole completion. A token inside a character stands where the character does.</returns>
    public List<(GeneratedToken Token, int Offset)> Within(RowUpdate update)
    {
        _textCharacters += update.Text.Length;
        var within = new List<(GeneratedToken, int)>();
        foreach (var token in update.Tokens)
        {
            // A stop string cuts tokens off; nothing else leaves characters without text.
            if (_tokenCharacters < _textCharacters)
            {
                within.Add((token, _tokenCharacters));
            }

            _tokenCharacters += _decoder.Append(token.Id).Length;
        }

        return within;
    }

    /// <summary>The text of a token, or <c>bytes:\xf0\x9f</c> for one that is a part of a character.</summary>
    public static string NameOf(BytePairTokenizer tokenizer, int id)
    {
        var bytes = tokenizer.TokenBytes(id);
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
