using System.Text;
using System.Text.Json;
using Thaw.Core.Text;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Templates;

/// <summary>The templates and special tokens of a checkpoint folder, in every layout in use.</summary>
/// <remarks>
/// <c>chat_template</c> in <c>tokenizer_config.json</c> is one template or a list with names; <c>chat_template.jinja</c> wins over it as the default, and
/// every file of <c>additional_chat_templates/</c> over the one of its name. Special tokens: <c>special_tokens_map.json</c>, then <c>tokenizer_config.json</c>.
/// </remarks>
internal sealed record TemplateFolder(string Folder, IReadOnlyDictionary<string, SourceText> Templates, IReadOnlyDictionary<string, string> SpecialTokens)
{
    /// <summary>A folder beside the weights with templates that have names.</summary>
    public const string AdditionalName = "additional_chat_templates";

    private const string Default = "default";

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static TemplateFolder Read(string folder)
    {
        var templates = new Dictionary<string, SourceText>(StringComparer.Ordinal);
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        ReadJson(Path.Combine(folder, "special_tokens_map.json"), root => ReadTokens(root, tokens));
        ReadJson(Path.Combine(folder, "tokenizer_config.json"), root =>
        {
            ReadTokens(root, tokens);
            ReadTemplates(root, templates);
        });

        var additional = Path.Combine(folder, AdditionalName);
        if (Directory.Exists(additional))
        {
            foreach (var file in Directory.EnumerateFiles(additional, "*.jinja").Order(StringComparer.Ordinal))
            {
                templates[Path.GetFileNameWithoutExtension(file)] = ReadFile(file);
            }
        }

        var main = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(main))
        {
            templates[Default] = ReadFile(main);
        }

        return new TemplateFolder(folder, templates, tokens);
    }

    /// <param name="name">Null for the default one, which is the only one if there is one.</param>
    public SourceText Require(string? name)
    {
        if (Templates.TryGetValue(name ?? Default, out var template))
        {
            return template;
        }

        return name is null
            ? throw new FormatException($"{Folder}: none of the chat templates is the default; name one of {string.Join(", ", Templates.Keys)}.")
            : throw new FormatException($"{Folder}: {NearestName.Describe("chat template", name, Templates.Keys.Concat(PaperWrappers.Sources.Keys))}.");
    }

    private static void ReadJson(string file, Action<JsonPlace> read)
    {
        if (File.Exists(file))
        {
            _ = JsonPlace.ReadFile(file, BoundedFile.Read(file, BoundedFile.MostOfSettings), root =>
            {
                read(root);
                return root;
            });
        }
    }

    private static SourceText ReadFile(string file)
    {
        try
        {
            return new SourceText(s_strictUtf8.GetString(BoundedFile.Read(file, BoundedFile.MostOfSettings)), file);
        }
        catch (DecoderFallbackException error)
        {
            throw new FormatException($"{file}: byte {error.Index} is not valid UTF-8.", error);
        }
    }

    // Every key that ends in _token and names a text or an object with its content, and no settings such as add_bos_token.
    private static void ReadTokens(JsonPlace root, Dictionary<string, string> tokens)
    {
        foreach (var (name, place) in root.Members())
        {
            if (!name.EndsWith("_token", StringComparison.Ordinal))
            {
                continue;
            }

            if (place.Value.ValueKind == JsonValueKind.String)
            {
                tokens[name] = place.Text();
            }
            else if (place.Value.ValueKind == JsonValueKind.Object)
            {
                tokens[name] = place.Require("content").Text();
            }
        }
    }

    private static void ReadTemplates(JsonPlace root, Dictionary<string, SourceText> templates)
    {
        if (root.Find("chat_template") is not { } found)
        {
            return;
        }

        if (found.Value.ValueKind != JsonValueKind.Array)
        {
            templates[Default] = new SourceText(found.Text(), $"{found.File}: {found.Key}");
            return;
        }

        foreach (var item in found.Items())
        {
            templates[item.Require("name").Text()] = new SourceText(item.Require("template").Text(), $"{item.File}: {item.Key}.template");
        }
    }
}
