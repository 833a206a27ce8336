using Thaw.Learning.Checkpoints;
using Thaw.Learning.Templates;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Sft.Rows;

/// <summary>What of a model folder decides how rows become tokens; its weights are not needed.</summary>
internal sealed class RowModel
{
    private readonly Lazy<ChatTemplate?> _template;

    private RowModel(string folder, BytePairTokenizer tokenizer, IReadOnlyList<int> stopIds, int maxPositions, string? eosToken)
    {
        (Folder, Tokenizer, MaxPositions, KnownStopIds) = (folder, tokenizer, maxPositions, stopIds);
        StopIds = eosToken is null ? stopIds : [EosId(tokenizer, eosToken), .. stopIds.Where(id => id != EosId(tokenizer, eosToken))];
        ListsStops = GenerationConfigFile.HasStopIds(folder);
        BosId = TokenizerSettings.Load(folder).BosToken is { } bos ? tokenizer.FindId(bos) : null;
        StartsWithBos = BosId is { } id && tokenizer.Encode("", addTemplate: true) is [var first, ..] && first == id;
        _template = new Lazy<ChatTemplate?>(() => ChatTemplate.Find(folder));
    }

    public static RowModel Of(ModelFolder model, SftOptions options) =>
        new(model.Path, model.Tokenizer, model.StopIds, model.Decoder.Config.MaxPositions, options.EosToken);

    /// <summary>Without reading weights.</summary>
    /// <exception cref="IOException">The folder or a file in it is missing.</exception>
    /// <exception cref="InvalidDataException">A file is malformed.</exception>
    public static RowModel Load(SftOptions options)
    {
        var folder = options.ModelNameOrPath;
        var config = ConfigFile.Read(Path.Combine(folder, DecoderFolder.ConfigName));
        return new RowModel(folder, BytePairTokenizer.Load(folder), GenerationConfigFile.ReadStopIds(folder), config.MaxPositions, options.EosToken);
    }

    public string Folder { get; }

    public BytePairTokenizer Tokenizer { get; }

    /// <summary>Tokens that end a completion; the first is the one that is put behind a text.</summary>
    public IReadOnlyList<int> StopIds { get; private set; }

    /// <summary>Those of the model folder, before anything was added to them.</summary>
    public IReadOnlyList<int> KnownStopIds { get; }

    /// <summary>Whether the folder's <c>generation_config.json</c> says which tokens end a completion.</summary>
    public bool ListsStops { get; }

    public int MaxPositions { get; }

    /// <summary>Null where the model has no such token.</summary>
    public int? BosId { get; }

    /// <summary>Whether the tokenizer puts <see cref="BosId"/> before a text by itself.</summary>
    public bool StartsWithBos { get; }

    /// <summary>Null where the model has none.</summary>
    /// <exception cref="FormatException">It is malformed.</exception>
    public ChatTemplate? Template => _template.Value;

    /// <summary>Takes tokens that rows end in as such that end a completion, for a model that does not say which do.</summary>
    public void AddStops(IEnumerable<int> ids) => StopIds = [.. StopIds, .. ids.Except(StopIds).Order()];

    private static int EosId(BytePairTokenizer tokenizer, string token) =>
        tokenizer.FindId(token) ?? throw new ArgumentException($"Key 'eos_token': the model's vocabulary has no token '{token}'.");
}
