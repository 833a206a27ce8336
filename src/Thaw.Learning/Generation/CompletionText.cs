using System.Text;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Generation;

/// <summary>The text of a completion as it grows, cut before the first stop string.</summary>
internal sealed class CompletionText(BytePairTokenizer tokenizer, IReadOnlyList<string> stopStrings)
{
    private readonly TokenStreamDecoder _decoder = new(tokenizer);
    private readonly StringBuilder _text = new();
    private readonly int _longestStop = stopStrings.Count == 0 ? 0 : stopStrings.Max(stop => stop.Length);

    public string Value => _text.ToString();

    /// <summary>Characters that no later token can take away: all but an end that may become a stop string.</summary>
    public int SettledLength { get; private set; }

    /// <returns>True if the token completes a stop string; the text then ends before it.</returns>
    public bool Append(int id) => Add(_decoder.Append(id));

    /// <summary>Ends the text: a character that was never completed becomes U+FFFD.</summary>
    public void Finish()
    {
        Add(_decoder.Finish());
        SettledLength = _text.Length;
    }

    private bool Add(string piece)
    {
        if (_longestStop == 0)
        {
            _text.Append(piece);
            SettledLength = _text.Length;
            return false;
        }

        // A stop string that ends in the new piece begins at most its own length before it.
        var from = Math.Max(0, _text.Length - _longestStop + 1);
        _text.Append(piece);
        var tail = _text.ToString(from, _text.Length - from);
        var first = stopStrings.Select(stop => tail.IndexOf(stop, StringComparison.Ordinal)).Where(place => place >= 0).DefaultIfEmpty(-1).Min();
        if (first >= 0)
        {
            _text.Length = from + first;
            SettledLength = _text.Length;
            return true;
        }

        SettledLength = _text.Length - OpenEnd(tail);
        return false;
    }

    // Length of the longest end of the text that a stop string begins with.
    private int OpenEnd(string tail)
    {
        for (var length = Math.Min(tail.Length, _longestStop - 1); length > 0; length--)
        {
            var end = tail.AsSpan(tail.Length - length);
            foreach (var stop in stopStrings)
            {
                if (stop.AsSpan().StartsWith(end, StringComparison.Ordinal))
                {
                    return length;
                }
            }
        }

        return 0;
    }
}
