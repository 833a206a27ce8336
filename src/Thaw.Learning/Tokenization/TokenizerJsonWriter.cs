using System.Text.Encodings.Web;
using System.Text.Json;

namespace Thaw.Learning.Tokenization;

/// <summary>Writes a <c>tokenizer.json</c> in the form of the <c>tokenizers</c> library; the same definition always gives the same bytes.</summary>
internal static class TokenizerJsonWriter
{
    public static void Write(Stream stream, TokenizerDefinition definition)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        WriteAddedTokens(json, definition.AddedTokens);
        WriteNormalizer(json, definition.NormalizesToFormC);
        WriteSplits(json, definition);
        WriteTemplate(json, definition);
        json.WritePropertyName("decoder");
        WriteByteLevel(json);
        WriteModel(json, definition);
        json.WriteEndObject();
        json.Flush();
        stream.Write("\n"u8);
    }

    private static void WriteAddedTokens(Utf8JsonWriter json, IReadOnlyList<AddedToken> tokens)
    {
        json.WriteStartArray("added_tokens");
        foreach (var token in tokens.OrderBy(t => t.Id))
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteString("content", token.Content);
            json.WriteBoolean("single_word", token.IsSingleWord);
            json.WriteBoolean("lstrip", token.StripsLeft);
            json.WriteBoolean("rstrip", token.StripsRight);
            json.WriteBoolean("normalized", token.IsNormalized);
            json.WriteBoolean("special", token.IsSpecial);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNormalizer(Utf8JsonWriter json, bool formC)
    {
        if (!formC)
        {
            json.WriteNull("normalizer");
            return;
        }

        json.WriteStartObject("normalizer");
        json.WriteString("type", "NFC");
        json.WriteEndObject();
    }

    private static void WriteSplits(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        foreach (var rule in definition.Splits)
        {
            json.WriteStartObject();
            json.WriteString("type", "Split");
            json.WriteStartObject("pattern");
            json.WriteString("Regex", rule.Pattern);
            json.WriteEndObject();
            json.WriteString("behavior", rule.Behavior.ToString());
            json.WriteBoolean("invert", rule.IsInverted);
            json.WriteEndObject();
        }

        WriteByteLevel(json, definition.AddsPrefixSpace, definition.SplitsAsGpt2);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, bool addsPrefixSpace = false, bool splitsAsGpt2 = false)
    {
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", addsPrefixSpace);
        json.WriteBoolean("trim_offsets", false);
        json.WriteBoolean("use_regex", splitsAsGpt2);
        json.WriteEndObject();
    }

    private static void WriteTemplate(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        json.WritePropertyName("post_processor");
        if (definition.TemplatePrefix.Count + definition.TemplateSuffix.Count == 0)
        {
            WriteByteLevel(json);
            return;
        }

        var names = definition.AddedTokens.Select(t => (t.Id, t.Content))
            .Concat(definition.Vocabulary.Select(entry => (Id: entry.Value, Content: entry.Key)))
            .DistinctBy(token => token.Id)
            .ToDictionary(token => token.Id, token => token.Content);
        json.WriteStartObject();
        json.WriteString("type", "TemplateProcessing");
        foreach (var (key, sequences) in ((string, string[])[])[("single", ["A"]), ("pair", ["A", "B"])])
        {
            json.WriteStartArray(key);
            for (var i = 0; i < sequences.Length; i++)
            {
                WriteTemplateTokens(json, definition.TemplatePrefix, names, i);
                WriteTemplateItem(json, "Sequence", sequences[i], i);
                WriteTemplateTokens(json, definition.TemplateSuffix, names, i);
            }

            json.WriteEndArray();
        }

        json.WriteStartObject("special_tokens");
        foreach (var id in definition.TemplatePrefix.Concat(definition.TemplateSuffix).Distinct())
        {
            json.WriteStartObject(names[id]);
            json.WriteString("id", names[id]);
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(names[id]);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTemplateTokens(Utf8JsonWriter json, IEnumerable<int> ids, Dictionary<int, string> names, int typeId)
    {
        foreach (var id in ids)
        {
            WriteTemplateItem(json, "SpecialToken", names[id], typeId);
        }
    }

    private static void WriteTemplateItem(Utf8JsonWriter json, string kind, string id, int typeId)
    {
        json.WriteStartObject();
        json.WriteStartObject(kind);
        json.WriteString("id", id);
        json.WriteNumber("type_id", typeId);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", definition.IgnoresMerges);
        json.WriteStartObject("vocab");
        foreach (var (spelling, id) in definition.Vocabulary.OrderBy(entry => entry.Value))
        {
            json.WriteNumber(spelling, id);
        }

        json.WriteEndObject();

        // As "a b", which also readers from before 2024 understand: no spelling holds a space.
        json.WriteStartArray("merges");
        foreach (var (left, right) in definition.Merges)
        {
            json.WriteStringValue($"{left} {right}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
