using System.Text;
using Thaw.Learning.Tokenization.Splitting;

namespace Thaw.Learning.Tokenization;

/// <summary>Learns merges from text: again and again the pair of neighbouring tokens that occurs most often becomes one token.</summary>
/// <remarks>
/// Equal counts are decided by the smaller left id, then the smaller right id, so the result depends on what was added, not on its order.
/// Ids: the 256 bytes, then the merges in their order, then the added tokens. Source: arXiv:1508.07909, algorithm 1.
/// </remarks>
public sealed class BytePairTrainer
{
    /// <summary>Longer pieces, in bytes, teach nothing: they are accidents such as a rule of a thousand dashes.</summary>
    private const int MaxPieceBytes = 256;

    private const int ByteCount = 256;

    private readonly string _splitPattern;
    private readonly IReadOnlyList<AddedToken> _addedTokens;
    private readonly PieceSplitter _splitter;
    private readonly AddedTokenMatcher _matcher;
    private readonly Dictionary<string, long> _countOfPiece = new(StringComparer.Ordinal);
    private readonly PieceList _pieces = new(), _scratch = new();

    /// <param name="addedTokens">Their ids are given by training; those here are ignored.</param>
    public BytePairTrainer(string splitPattern, IReadOnlyList<AddedToken> addedTokens)
    {
        _splitPattern = splitPattern;
        _addedTokens = addedTokens;
        _splitter = new PieceSplitter([new SplitRule(splitPattern)]);
        _matcher = new AddedTokenMatcher(addedTokens);
    }

    /// <summary>How many different pieces were added so far.</summary>
    public int PieceCount => _countOfPiece.Count;

    /// <param name="weight">As if the text were added so many times; a large one makes sure that a piece becomes one token.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weight"/> is not positive.</exception>
    public void Add(string text, long weight = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var part in _matcher.Split(bytes))
        {
            if (part.TokenId < 0)
            {
                AddPieces(bytes.AsSpan(part.Start, part.End - part.Start), weight);
            }
        }
    }

    /// <summary>The bytes and the added tokens.</summary>
    public int LeastVocabulary => ByteCount + _addedTokens.Count;

    /// <param name="vocabularySize">Bytes and added tokens included. Fewer come out where no two tokens are neighbours any more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size leaves no room for the bytes and added tokens.</exception>
    public TokenizerDefinition Train(int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, LeastVocabulary);
        var idOfByte = new int[ByteCount];
        var spellings = new List<string>(vocabularySize);
        var idOf = new Dictionary<string, int>(StringComparer.Ordinal);
        int IdOf(string spelling)
        {
            if (idOf.TryAdd(spelling, spellings.Count))
            {
                spellings.Add(spelling);
            }

            return idOf[spelling];
        }

        foreach (var b in ByteAlphabet.BytesInOrder)
        {
            idOfByte[b] = IdOf(ByteAlphabet.CharOf(b).ToString());
        }

        var pairs = new PairCounts(_countOfPiece.Select(piece => (Encoding.UTF8.GetBytes(piece.Key).Select(b => idOfByte[b]).ToArray(), piece.Value)));
        var merges = new List<(string Left, string Right)>();
        var merged = new HashSet<(int, int)>();
        while (spellings.Count < vocabularySize - _addedTokens.Count && pairs.TakeMostFrequent() is { } pair)
        {
            // Two ways to one spelling lead to one token, so a pair can come up again that was merged before: its first rank counts.
            if (merged.Add(pair))
            {
                merges.Add((spellings[pair.Left], spellings[pair.Right]));
            }

            pairs.Merge(pair.Left, pair.Right, IdOf(spellings[pair.Left] + spellings[pair.Right]));
        }

        return new TokenizerDefinition
        {
            Vocabulary = idOf,
            Merges = merges,
            Splits = [new SplitRule(_splitPattern)],
            AddedTokens = [.. _addedTokens.Select((token, i) => token with { Id = spellings.Count + i })],
        };
    }

    private void AddPieces(ReadOnlySpan<byte> text, long weight)
    {
        var counts = _countOfPiece.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> buffer = stackalloc char[MaxPieceBytes];
        foreach (var (start, end, _) in _splitter.Split(text, _pieces, _scratch).Span)
        {
            if (end - start <= MaxPieceBytes)
            {
                var piece = buffer[..Encoding.UTF8.GetChars(text[start..end], buffer)];
                counts[piece] = counts.TryGetValue(piece, out var count) ? count + weight : weight;
            }
        }
    }
}
