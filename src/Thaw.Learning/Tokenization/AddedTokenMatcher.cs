using System.Buffers;
using System.Text;
using Thaw.Learning.Tokenization.Splitting;

namespace Thaw.Learning.Tokenization;

/// <summary>Finds added tokens in UTF-8 text: the leftmost first, the longest among those that begin at one place.</summary>
internal sealed class AddedTokenMatcher
{
    /// <param name="TokenId">The added token, or -1 for text between them.</param>
    public readonly record struct Part(int TokenId, int Start, int End);

    private const int Root = 0;

    // The contents as a tree: a step leads from a node by a byte to a node.
    private readonly Dictionary<(int Node, byte Byte), int> _steps = [];
    private readonly List<AddedToken?> _tokenAt = [null];
    private readonly SearchValues<byte>? _firstBytes;

    public AddedTokenMatcher(IEnumerable<AddedToken> tokens)
    {
        foreach (var token in tokens.Where(t => t.Content.Length > 0))
        {
            Add(token);
        }

        _firstBytes = _steps.Count == 0 ? null : SearchValues.Create([.. _steps.Keys.Where(step => step.Node == Root).Select(step => step.Byte)]);
    }

    /// <summary>The parts of the text in order. White space that a token swallows is in the token's part.</summary>
    /// <param name="text">Well-formed.</param>
    public List<Part> Split(ReadOnlySpan<byte> text)
    {
        var parts = new List<Part>();
        var (covered, from) = (0, 0);
        while (_firstBytes is not null && text[from..].IndexOfAny(_firstBytes) is var skipped and >= 0)
        {
            var start = from + skipped;
            if (LongestAt(text, start, out var end) is not { } token)
            {
                from = start + 1;
                continue;
            }

            // The reference goes on behind the token, whether it counts or not and whatever it swallows.
            from = end;
            if (token.IsSingleWord && (EndsInWord(text[..start]) || BeginsWithWord(text[end..])))
            {
                continue;
            }

            if (token.StripsLeft)
            {
                start = Math.Max(covered, StartOfSpaceAtEnd(text[..start]));
            }

            if (token.StripsRight)
            {
                end = EndOfSpaceFrom(text, end);
            }

            if (covered < start)
            {
                parts.Add(new Part(-1, covered, start));
            }

            parts.Add(new Part(token.Id, start, end));
            covered = end;
        }

        if (covered < text.Length)
        {
            parts.Add(new Part(-1, covered, text.Length));
        }

        return parts;
    }

    private void Add(AddedToken token)
    {
        var node = Root;
        foreach (var value in Encoding.UTF8.GetBytes(token.Content))
        {
            if (_steps.TryAdd((node, value), _tokenAt.Count))
            {
                _tokenAt.Add(null);
            }

            node = _steps[(node, value)];
        }

        // Two tokens may have one normalized content; the reference finds the first.
        _tokenAt[node] ??= token;
    }

    private AddedToken? LongestAt(ReadOnlySpan<byte> text, int start, out int end)
    {
        var (node, longest) = (Root, (AddedToken?)null);
        end = start;
        for (var i = start; i < text.Length && _steps.TryGetValue((node, text[i]), out node); i++)
        {
            if (_tokenAt[node] is { } token)
            {
                (longest, end) = (token, i + 1);
            }
        }

        return longest;
    }

    private static bool EndsInWord(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && CharacterProperties.WordBesideTokens.Contains(Utf8Text.CodePointAt(text, Utf8Text.PreviousStart(text, text.Length), out _));

    private static bool BeginsWithWord(ReadOnlySpan<byte> text) => !text.IsEmpty && CharacterProperties.WordBesideTokens.Contains(Utf8Text.CodePointAt(text, 0, out _));

    private static int StartOfSpaceAtEnd(ReadOnlySpan<byte> text)
    {
        var start = text.Length;
        while (start > 0 && Utf8Text.PreviousStart(text, start) is var previous && CodePointSet.WhiteSpace.Contains(Utf8Text.CodePointAt(text, previous, out _)))
        {
            start = previous;
        }

        return start;
    }

    private static int EndOfSpaceFrom(ReadOnlySpan<byte> text, int end)
    {
        while (end < text.Length && CodePointSet.WhiteSpace.Contains(Utf8Text.CodePointAt(text, end, out var width)))
        {
            end += width;
        }

        return end;
    }
}
