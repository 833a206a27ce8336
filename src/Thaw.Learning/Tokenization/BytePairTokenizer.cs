using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Thaw.Core.Storage;

namespace Thaw.Learning.Tokenization;

/// <summary>A byte-level byte-pair tokenizer, as the Qwen and Llama 3 families use it. Safe to use from several threads.</summary>
/// <remarks>
/// Added tokens are found first, then text is normalized, cut by regular expressions, and merged within each piece.
/// Text → ids → text is the identity on every Unicode string for tokenizers without normalizer and without added tokens that swallow white space.
/// A .NET string with half a surrogate pair is no Unicode string: each half is read as U+FFFD, as UTF-8 encoders do.
/// Truncation and padding that a file may ask for are not done.
/// </remarks>
public sealed class BytePairTokenizer
{
    private const int MaxCachedPieces = 1 << 17;
    private const int MaxCachedLength = 64;
    private const int StackBytes = 512;

    private readonly PieceSplitter _splitter;
    private readonly AddedTokenMatcher _addedInText;
    private readonly AddedTokenMatcher _addedInNormalized;
    private readonly TokenTable _table;
    private readonly MergeTable _merges;
    private readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _cacheBySpan;
    private int _cachedPieces;

    /// <exception cref="InvalidDataException">The definition contradicts itself: the message says where.</exception>
    public BytePairTokenizer(TokenizerDefinition definition)
    {
        Definition = definition;
        _table = new TokenTable(definition);
        _merges = _table.Merges(definition);
        _addedInText = new AddedTokenMatcher(definition.AddedTokens.Where(t => !t.IsNormalized));
        _addedInNormalized = new AddedTokenMatcher(definition.AddedTokens.Where(t => t.IsNormalized).Select(t => t with { Content = Normalize(t.Content) }));
        _cacheBySpan = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
        try
        {
            _splitter = new PieceSplitter(definition.SplitPatterns);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"pre_tokenizer: .NET cannot read the split expression: {error.Message}", error);
        }
    }

    public TokenizerDefinition Definition { get; }

    /// <summary>One more than the highest id; ids between may be unused.</summary>
    public int VocabularySize => _table.Size;

    /// <param name="path">A <c>tokenizer.json</c>, or a folder that has one.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is malformed or asks for something unsupported; the message names file and key.</exception>
    public static BytePairTokenizer Load(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, "tokenizer.json") : path;
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"{file}: there is no such tokenizer file.", file);
        }

        var definition = TokenizerJsonReader.Read(file, File.ReadAllBytes(file));
        try
        {
            return new BytePairTokenizer(definition);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{file}: {error.Message}", error);
        }
    }

    /// <summary>Writes a <c>tokenizer.json</c> that the <c>tokenizers</c> library reads.</summary>
    public void Save(string path) => AtomicFile.Write(path, stream => TokenizerJsonWriter.Write(stream, Definition));

    /// <param name="addTemplate">Puts the template's tokens around the text, as Hugging Face's <c>add_special_tokens</c> does.</param>
    public int[] Encode(string text, bool addTemplate = false)
    {
        var ids = new List<int>((text.Length / 4) + 8);
        var ends = new List<int>();
        if (addTemplate)
        {
            ids.AddRange(Definition.TemplatePrefix);
        }

        var unicode = WellFormed(text);
        foreach (var part in _addedInText.Split(unicode))
        {
            if (part.TokenId >= 0)
            {
                ids.Add(part.TokenId);
            }
            else
            {
                EncodeBetween(unicode.Length == part.End - part.Start ? unicode : unicode[part.Start..part.End], ids, ends);
            }
        }

        if (addTemplate)
        {
            ids.AddRange(Definition.TemplateSuffix);
        }

        return [.. ids];
    }

    /// <summary>The text of the tokens; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="skipSpecial">Leaves out special added tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not below <see cref="VocabularySize"/> or unused.</exception>
    public string Decode(IEnumerable<int> ids, bool skipSpecial = false)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var id in ids)
        {
            if (!skipSpecial || !_table.IsSpecial(id))
            {
                bytes.Write(_table.BytesOf(id));
            }
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>The UTF-8 that a token stands for; it may be a part of a character.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not below <see cref="VocabularySize"/> or unused.</exception>
    public ReadOnlySpan<byte> TokenBytes(int id) => _table.BytesOf(id);

    /// <summary>The text of one token; parts of a character become U+FFFD.</summary>
    public string TokenText(int id) => Encoding.UTF8.GetString(_table.BytesOf(id));

    /// <summary>Whether the id is a special added token.</summary>
    public bool IsSpecial(int id) => _table.IsSpecial(id);

    /// <returns>The id of the one token that stands for exactly this text, such as <c>" fox"</c> or <c>"&lt;|im_end|&gt;"</c>, or null.</returns>
    public int? FindId(string text) => _table.Find(text);

    /// <inheritdoc cref="FindId"/>
    /// <exception cref="ArgumentException">No token stands for this text.</exception>
    public int IdOf(string text) => FindId(text) ?? throw new ArgumentException($"The vocabulary has no token '{text}'.", nameof(text));

    private string Normalize(string text) => Definition.NormalizesToFormC ? CanonicalComposition.Compose(text) : text;

    private static string WellFormed(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private void EncodeBetween(string text, List<int> ids, List<int> ends)
    {
        var normalized = Normalize(text);
        foreach (var part in _addedInNormalized.Split(normalized))
        {
            if (part.TokenId >= 0)
            {
                ids.Add(part.TokenId);
            }
            else
            {
                EncodePlain(normalized.AsSpan(part.Start, part.End - part.Start), ids, ends);
            }
        }
    }

    private void EncodePlain(ReadOnlySpan<char> text, List<int> ids, List<int> ends)
    {
        _splitter.Split(text, ends);
        var start = 0;
        foreach (var end in ends)
        {
            var piece = text[start..end];
            if (!_cacheBySpan.TryGetValue(piece, out var tokens))
            {
                tokens = EncodePiece(piece);
                if (piece.Length <= MaxCachedLength && Volatile.Read(ref _cachedPieces) < MaxCachedPieces && _cacheBySpan.TryAdd(piece, tokens))
                {
                    Interlocked.Increment(ref _cachedPieces);
                }
            }

            ids.AddRange(tokens);
            start = end;
        }
    }

    private int[] EncodePiece(ReadOnlySpan<char> piece)
    {
        var byteCount = Encoding.UTF8.GetByteCount(piece);
        var bytes = byteCount <= StackBytes ? stackalloc byte[byteCount] : new byte[byteCount];
        Encoding.UTF8.GetBytes(piece, bytes);
        if (Definition.IgnoresMerges && _table.FindSpelled(bytes) is { } whole)
        {
            return [whole];
        }

        var tokens = byteCount <= StackBytes ? stackalloc int[byteCount] : new int[byteCount];
        for (var i = 0; i < byteCount; i++)
        {
            tokens[i] = _table.IdOfByte(bytes[i]);
        }

        return tokens[.._merges.Apply(tokens)].ToArray();
    }
}
