using System.Text;

namespace Thaw.Learning.Tokenization;

/// <summary>Ids and what they stand for.</summary>
internal sealed class TokenTable
{
    // An id costs memory for each id below it, so a hostile file must not name a huge one.
    private const int MaxId = 1 << 22;

    private readonly Dictionary<string, int> _idOfSpelling;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _idBySpan;
    private readonly int _longestSpelling;
    private readonly Dictionary<string, int> _idOfAdded = new(StringComparer.Ordinal);
    private readonly byte[]?[] _bytes;
    private readonly bool[] _isSpecial;
    private readonly int[] _idOfByte = new int[256];

    /// <exception cref="InvalidDataException">Two tokens have one id, an added token has two, or a byte has no token.</exception>
    public TokenTable(TokenizerDefinition definition)
    {
        _idOfSpelling = new Dictionary<string, int>(definition.Vocabulary, StringComparer.Ordinal);
        _idBySpan = _idOfSpelling.GetAlternateLookup<ReadOnlySpan<char>>();
        _longestSpelling = _idOfSpelling.Keys.Select(spelling => spelling.Length).DefaultIfEmpty(0).Max();
        var highest = definition.Vocabulary.Values.Concat(definition.AddedTokens.Select(t => t.Id)).DefaultIfEmpty(-1).Max();
        if (highest > MaxId)
        {
            throw new InvalidDataException($"model.vocab: the id {highest} is beyond the {MaxId} that are supported.");
        }

        _bytes = new byte[]?[highest + 1];
        _isSpecial = new bool[highest + 1];
        foreach (var (spelling, id) in definition.Vocabulary)
        {
            if (id < 0 || _bytes[id] is not null)
            {
                throw new InvalidDataException($"model.vocab: the id {id} of '{spelling}' is negative or taken.");
            }

            _bytes[id] = ByteAlphabet.Unspell(spelling);
        }

        FindBytes();
        var next = definition.Vocabulary.Count;
        foreach (var token in definition.AddedTokens)
        {
            Add(token, ref next);
        }

        foreach (var id in definition.TemplatePrefix.Concat(definition.TemplateSuffix))
        {
            if ((uint)id >= (uint)_bytes.Length || _bytes[id] is null)
            {
                throw new InvalidDataException($"post_processor: the id {id} has no token.");
            }
        }
    }

    public int Size => _bytes.Length;

    public bool IsSpecial(int id) => (uint)id < (uint)_isSpecial.Length && _isSpecial[id];

    public byte[]? BytesOrNull(int id) => (uint)id < (uint)_bytes.Length ? _bytes[id] : null;

    public byte[] BytesOf(int id) => BytesOrNull(id)
        ?? throw new ArgumentOutOfRangeException(nameof(id), id, $"No token has this id; ids run from 0 to {Size - 1}.");

    public int IdOfByte(byte value) => _idOfByte[value];

    public int? Find(string text) => _idOfAdded.TryGetValue(text, out var id) ? id : FindSpelled(Encoding.UTF8.GetBytes(text));

    public int? FindSpelled(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _longestSpelling)
        {
            return null;
        }

        var spelling = bytes.Length <= 256 ? stackalloc char[bytes.Length] : new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            spelling[i] = ByteAlphabet.CharOf(bytes[i]);
        }

        return _idBySpan.TryGetValue(spelling, out var id) ? id : null;
    }

    /// <exception cref="InvalidDataException">A merge has a part or a result that is no token.</exception>
    public MergeTable Merges(TokenizerDefinition definition)
    {
        var merges = new MergeTable();
        for (var rank = 0; rank < definition.Merges.Count; rank++)
        {
            var (left, right) = definition.Merges[rank];
            if (!_idOfSpelling.TryGetValue(left, out var leftId) || !_idOfSpelling.TryGetValue(right, out var rightId) || !_idOfSpelling.TryGetValue(left + right, out var id))
            {
                throw new InvalidDataException($"model.merges[{rank}]: '{left}', '{right}' or both together are not in model.vocab.");
            }

            merges.Add(leftId, rightId, rank, id);
        }

        return merges;
    }

    private void Add(AddedToken token, ref int next)
    {
        var inVocabulary = _idOfSpelling.TryGetValue(token.Content, out var known);
        if (token.Id < 0 || (inVocabulary ? known != token.Id : _bytes[token.Id] is not null) || !_idOfAdded.TryAdd(token.Content, token.Id))
        {
            throw new InvalidDataException($"added_tokens: the id {token.Id} of '{token.Content}' contradicts another entry or model.vocab.");
        }

        if (!inVocabulary && token.Id != next++)
        {
            throw new InvalidDataException(
                $"added_tokens: the id {token.Id} of '{token.Content}' is not the next one: the reference counts on from model.vocab and would use {next - 1}.");
        }

        next = Math.Max(next, token.Id + 1);
        _bytes[token.Id] = Encoding.UTF8.GetBytes(token.Content);
        _isSpecial[token.Id] = token.IsSpecial;
    }

    private void FindBytes()
    {
        for (var b = 0; b < 256; b++)
        {
            // UTF-8 never uses these 13, and some vocabularies leave them out.
            var unused = b is 0xC0 or 0xC1 or >= 0xF5;
            if (!_idOfSpelling.TryGetValue(ByteAlphabet.CharOf((byte)b).ToString(), out _idOfByte[b]) && !unused)
            {
                throw new InvalidDataException($"model.vocab: the byte 0x{b:X2} ('{ByteAlphabet.CharOf((byte)b)}') has no token, so not every text can be encoded.");
            }
        }
    }
}
