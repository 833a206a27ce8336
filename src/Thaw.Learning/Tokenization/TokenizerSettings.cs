using System.Text.Encodings.Web;
using System.Text.Json;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;

namespace Thaw.Learning.Tokenization;

/// <summary>What <c>tokenizer_config.json</c> adds to a tokenizer: which tokens play which part, and the chat template.</summary>
public sealed record TokenizerSettings
{
    private const string FileName = "tokenizer_config.json";

    public string? BosToken { get; init; }

    public string? EosToken { get; init; }

    public string? PadToken { get; init; }

    /// <summary>A Jinja template, from <c>chat_template.jinja</c> where that file exists.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>In tokens; null where the file does not say or says more than an <see cref="int"/> holds.</summary>
    public int? ModelMaxLength { get; init; }

    /// <returns>The settings of a checkpoint folder; all null where it has no <c>tokenizer_config.json</c>.</returns>
    /// <exception cref="InvalidDataException">The file is malformed; the message names file and key.</exception>
    public static TokenizerSettings Load(string folder)
    {
        var file = Path.Combine(folder, FileName);
        var settings = File.Exists(file) ? JsonPlace.ReadFile(file, BoundedFile.Read(file, BoundedFile.MostOfSettings), Read) : new TokenizerSettings();
        var template = Path.Combine(folder, "chat_template.jinja");
        return File.Exists(template) ? settings with { ChatTemplate = File.ReadAllText(template) } : settings;
    }

    /// <summary>Writes <c>tokenizer_config.json</c> and, where there is one, the template as <c>chat_template.jinja</c>.</summary>
    public void Save(string folder, TokenizerDefinition definition)
    {
        AtomicFile.Write(Path.Combine(folder, FileName), stream => Write(stream, definition));
        if (ChatTemplate is not null)
        {
            AtomicFile.WriteText(Path.Combine(folder, "chat_template.jinja"), ChatTemplate);
        }
    }

    private static TokenizerSettings Read(JsonPlace root) => new()
    {
        BosToken = ReadToken(root.Find("bos_token")),
        EosToken = ReadToken(root.Find("eos_token")),
        PadToken = ReadToken(root.Find("pad_token")),
        ChatTemplate = root.Find("chat_template") is { } template ? ReadTemplate(template) : null,

        // Hugging Face writes 1e30 for "no limit".
        ModelMaxLength = root.Find("model_max_length") is { } length && length.Value.ValueKind == JsonValueKind.Number
            && length.Value.TryGetInt32(out var tokens) ? tokens : null,
    };

    private static string? ReadToken(JsonPlace? token) => token is not { } place ? null
        : place.Value.ValueKind == JsonValueKind.Object ? place.Require("content").Text()
        : place.Text();

    private static string ReadTemplate(JsonPlace template)
    {
        if (template.Value.ValueKind != JsonValueKind.Array)
        {
            return template.Text();
        }

        var named = template.Items().FirstOrDefault(item => item.Require("name").Text() == "default");
        return named.File is null ? throw template.Bad("has no template named 'default'.") : named.Require("template").Text();
    }

    private void Write(Stream stream, TokenizerDefinition definition)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteStartObject("added_tokens_decoder");
        foreach (var token in definition.AddedTokens.OrderBy(t => t.Id))
        {
            json.WriteStartObject(token.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("content", token.Content);
            json.WriteBoolean("lstrip", token.StripsLeft);
            json.WriteBoolean("normalized", token.IsNormalized);
            json.WriteBoolean("rstrip", token.StripsRight);
            json.WriteBoolean("single_word", token.IsSingleWord);
            json.WriteBoolean("special", token.IsSpecial);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteString("bos_token", BosToken);
        json.WriteBoolean("clean_up_tokenization_spaces", false);
        json.WriteString("eos_token", EosToken);
        if (ModelMaxLength is { } length)
        {
            json.WriteNumber("model_max_length", length);
        }

        json.WriteString("pad_token", PadToken);

        // The generic class reads tokenizer.json as it is; the Qwen class of newer versions would put its own split expression in.
        json.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
        json.WriteNull("unk_token");
        json.WriteEndObject();
        json.Flush();
        stream.Write("\n"u8);
    }
}
