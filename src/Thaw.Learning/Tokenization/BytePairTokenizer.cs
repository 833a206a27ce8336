using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Tokenization.Splitting;

namespace Thaw.Learning.Tokenization;

/// <summary>A byte-level byte-pair tokenizer, as the Qwen, Llama 3, GPT-2 and DeepSeek families use it. Safe to use from several threads.</summary>
/// <remarks>
/// Added tokens are found first, then text is normalized, cut by regular expressions, and merged within each piece; the ids are those of the
/// Rust library <c>tokenizers</c>. Text → ids → text is the identity on every Unicode string for tokenizers without normalizer, without prefix
/// space, and without added tokens that swallow white space. What is no Unicode is made so first: half a surrogate pair becomes U+FFFD, and so
/// does each broken sequence of bytes, by the rule of the WHATWG (one for each longest beginning of a character), which Rust's
/// <c>from_utf8_lossy</c>, Python's <c>errors="replace"</c> and browsers follow. Truncation and padding that a file may ask for are not done.
/// </remarks>
public sealed class BytePairTokenizer
{
    private static readonly SplitRule s_gpt2 = new(SplitPattern.Gpt2);

    private readonly PieceSplitter _splitter;

    /// <summary>Cuts the pieces of the other one after they got their prefix space; null where there is none to add.</summary>
    private readonly PieceSplitter? _splitterOfPrefixed;

    private readonly AddedTokenMatcher _addedInText;
    private readonly AddedTokenMatcher _addedInNormalized;
    private readonly TokenTable _table;
    private readonly PieceEncoder _pieces;
    private readonly int[] _prefix, _suffix;

    /// <summary>Null where there is more than one way to cut.</summary>
    private readonly PhraseEncoder? _phrases;

    /// <exception cref="InvalidDataException">The definition contradicts itself or has an expression that is not supported: the message says where.</exception>
    public BytePairTokenizer(TokenizerDefinition definition)
    {
        Definition = definition;
        _table = new TokenTable(definition);
        _pieces = new PieceEncoder(_table, _table.Merges(definition), definition.IgnoresMerges);
        (_prefix, _suffix) = ([.. definition.TemplatePrefix], [.. definition.TemplateSuffix]);
        _addedInText = new AddedTokenMatcher(definition.AddedTokens.Where(t => !t.IsNormalized));
        _addedInNormalized = new AddedTokenMatcher(definition.AddedTokens.Where(t => t.IsNormalized).Select(t => t with { Content = Normalize(t.Content) }));
        IReadOnlyList<SplitRule> last = definition.SplitsAsGpt2 ? [s_gpt2] : [];
        _splitter = new PieceSplitter(definition.AddsPrefixSpace ? definition.Splits : [.. definition.Splits, .. last]);
        _splitterOfPrefixed = definition.AddsPrefixSpace ? new PieceSplitter(last) : null;
        _phrases = !definition.AddsPrefixSpace && _splitter.Isolating is { } stage ? new PhraseEncoder(stage, _pieces) : null;
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

        var definition = TokenizerJsonReader.Read(file, BoundedFile.Read(file, BoundedFile.MostOfVocabulary));
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
    /// <exception cref="InvalidDataException">A split expression would take time that grows with the square of this text's length; no published one does.</exception>
    public int[] Encode(string text, bool addTemplate = false)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return EncodeWellFormed(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), addTemplate);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <param name="utf8">Bytes that are not UTF-8 are read as U+FFFD, so all bytes have ids, but then not such that lead back to them.</param>
    /// <inheritdoc cref="Encode(string, bool)"/>
    public int[] Encode(ReadOnlySpan<byte> utf8, bool addTemplate = false) =>
        Utf8.IsValid(utf8) ? EncodeWellFormed(utf8, addTemplate) : EncodeWellFormed(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8)), addTemplate);

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
    /// <returns>Empty for an id that no token has. A model may write one: its embedding is often larger than its vocabulary (Qwen3: 151,936
    /// rows for 151,669 tokens), and the reference decodes such ids to nothing as well.</returns>
    public ReadOnlySpan<byte> TokenBytes(int id) => _table.BytesOrNull(id);

    /// <summary>The text of one token; parts of a character become U+FFFD, and an id that no token has is empty.</summary>
    public string TokenText(int id) => Encoding.UTF8.GetString(TokenBytes(id));

    /// <summary>Whether the id is a special added token.</summary>
    public bool IsSpecial(int id) => _table.IsSpecial(id);

    /// <returns>The id of the one token that stands for exactly this text, such as <c>" fox"</c> or <c>"&lt;|im_end|&gt;"</c>, or null.</returns>
    public int? FindId(string text) => _table.Find(text);

    /// <inheritdoc cref="FindId"/>
    /// <exception cref="ArgumentException">No token stands for this text.</exception>
    public int IdOf(string text) => FindId(text) ?? throw new ArgumentException($"The vocabulary has no token '{text}'.", nameof(text));

    private string Normalize(string text) => Definition.NormalizesToFormC ? CanonicalComposition.Compose(text) : text;

    private int[] EncodeWellFormed(ReadOnlySpan<byte> text, bool addTemplate)
    {
        using var work = new Work(text.Length);
        if (addTemplate)
        {
            work.Ids.AddRange(_prefix);
        }

        foreach (var part in _addedInText.Split(text))
        {
            if (part.TokenId >= 0)
            {
                work.Ids.Add(part.TokenId);
            }
            else
            {
                EncodeBetween(text[part.Start..part.End], work);
            }
        }

        if (addTemplate)
        {
            work.Ids.AddRange(_suffix);
        }

        return work.Ids.ToArray();
    }

    private void EncodeBetween(ReadOnlySpan<byte> text, Work work)
    {
        var normalized = Definition.NormalizesToFormC && CanonicalComposition.Compose(text) is { } composed ? composed : text;
        foreach (var part in _addedInNormalized.Split(normalized))
        {
            if (part.TokenId >= 0)
            {
                work.Ids.Add(part.TokenId);
            }
            else
            {
                EncodePlain(normalized[part.Start..part.End], work);
            }
        }
    }

    private void EncodePlain(ReadOnlySpan<byte> text, Work work)
    {
        if (_phrases is not null)
        {
            _phrases.Encode(text, work.Ids);
            return;
        }

        var pieces = _splitter.Split(text, work.Pieces, work.Scratch);
        if (_splitterOfPrefixed is null)
        {
            EncodePieces(text, pieces, work.Ids);
            return;
        }

        foreach (var (start, end, _) in pieces.Span.ToArray())
        {
            var prefixed = text[start] == ' ' ? text[start..end] : (byte[])[(byte)' ', .. text[start..end]];
            EncodePieces(prefixed, _splitterOfPrefixed.Split(prefixed, work.Pieces, work.Scratch), work.Ids);
        }
    }

    private void EncodePieces(ReadOnlySpan<byte> text, PieceList pieces, IdBuffer ids)
    {
        foreach (var (start, end, _) in pieces.Span)
        {
            _pieces.Encode(text, start, end, ids);
        }
    }

    /// <summary>What one call needs to keep.</summary>
    private sealed class Work(int textLength) : IDisposable
    {
        public IdBuffer Ids { get; } = new((textLength / 3) + 16);

        public PieceList Pieces { get; } = new();

        public PieceList Scratch { get; } = new();

        public void Dispose() => Ids.Dispose();
    }
}
