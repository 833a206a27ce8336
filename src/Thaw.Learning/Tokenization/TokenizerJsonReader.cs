using System.Text.RegularExpressions;

namespace Thaw.Learning.Tokenization;

/// <summary>Reads a <c>tokenizer.json</c>; what this project does not do exactly is an error, never ignored.</summary>
internal static class TokenizerJsonReader
{
    public static TokenizerDefinition Read(string file, ReadOnlyMemory<byte> json) => JsonPlace.ReadFile(file, json, Read);

    private static TokenizerDefinition Read(JsonPlace root)
    {
        var model = root.Require("model");
        CheckModel(model);
        CheckDecoder(root.Find("decoder"));
        var (prefix, suffix) = ReadTemplate(root.Find("post_processor"));
        return new TokenizerDefinition
        {
            Vocabulary = ReadVocabulary(model.Require("vocab")),
            Merges = [.. model.Require("merges").Items().Select(ReadMerge)],
            IgnoresMerges = model.Find("ignore_merges")?.Flag() ?? false,
            AddedTokens = [.. root.Find("added_tokens")?.Items().Select(ReadAddedToken) ?? []],
            NormalizesToFormC = root.Find("normalizer") is { } normalizer && IsFormC(normalizer),
            SplitPatterns = ReadSplits(root.Require("pre_tokenizer")),
            TemplatePrefix = prefix,
            TemplateSuffix = suffix,
        };
    }

    private static void CheckModel(JsonPlace model)
    {
        // Old files do not say the type of a BPE.
        if (model.Find("type") is { } type && type.Text() != "BPE")
        {
            throw type.Bad($"'{type.Text()}' is not supported, only BPE is.");
        }

        foreach (var key in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Find(key) is { } affix && affix.Text().Length > 0)
            {
                throw affix.Bad($"'{affix.Text()}' is not supported, only none is.");
            }
        }

        if (model.Find("byte_fallback") is { } fallback && fallback.Flag())
        {
            throw fallback.Bad("true is not supported, only byte-level vocabularies are.");
        }

        if (model.Find("dropout") is { } dropout && !(dropout.Value.TryGetDouble(out var rate) && rate == 0))
        {
            throw dropout.Bad("is not supported, only none is.");
        }
    }

    private static Dictionary<string, int> ReadVocabulary(JsonPlace vocabulary)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (spelling, id) in vocabulary.Members())
        {
            if (!ids.TryAdd(spelling, id.Number()))
            {
                throw id.Bad("is listed twice.");
            }
        }

        return ids;
    }

    private static (string Left, string Right) ReadMerge(JsonPlace merge)
    {
        var parts = merge.Value.ValueKind == System.Text.Json.JsonValueKind.Array
            ? [.. merge.Items().Select(part => part.Text())]
            : merge.Text().Split(' ');
        return parts.Length == 2 ? (parts[0], parts[1]) : throw merge.Bad("must be two tokens, as \"a b\" or [\"a\", \"b\"].");
    }

    private static AddedToken ReadAddedToken(JsonPlace token)
    {
        bool Flag(string name) => token.Find(name)?.Flag() ?? false;

        return new AddedToken(
            token.Require("id").Number(),
            token.Require("content").Text(),
            IsSpecial: Flag("special"),
            IsNormalized: Flag("normalized"),
            StripsLeft: Flag("lstrip"),
            StripsRight: Flag("rstrip"),
            IsSingleWord: Flag("single_word"));
    }

    private static bool IsFormC(JsonPlace normalizer)
    {
        var type = normalizer.Require("type");
        return type.Text() switch
        {
            "NFC" => true,
            "Sequence" => normalizer.Require("normalizers").Items().ToList().Exists(IsFormC),
            var other => throw type.Bad($"'{other}' is not supported, only NFC or none is."),
        };
    }

    private static List<string> ReadSplits(JsonPlace preTokenizer)
    {
        var stages = Flatten(preTokenizer, "pretokenizers").ToList();
        var patterns = new List<string>();
        for (var i = 0; i < stages.Count; i++)
        {
            var type = stages[i].Require("type");
            switch (type.Text())
            {
                case "Split":
                    patterns.Add(ReadSplit(stages[i]));
                    break;
                case "ByteLevel" when i == stages.Count - 1:
                    patterns.AddRange(ReadByteLevel(stages[i]));
                    return patterns;
                case var other:
                    throw type.Bad($"'{other}' is not supported here, only Split and a final ByteLevel are.");
            }
        }

        throw preTokenizer.Bad("must end with ByteLevel: only byte-level tokenizers are supported.");
    }

    private static string ReadSplit(JsonPlace split)
    {
        if (split.Require("behavior") is var behavior && behavior.Text() != "Isolated")
        {
            throw behavior.Bad($"'{behavior.Text()}' is not supported, only Isolated is.");
        }

        if (split.Find("invert") is { } invert && invert.Flag())
        {
            throw invert.Bad("true is not supported.");
        }

        var pattern = split.Require("pattern");
        return pattern.Find("Regex")?.Text() ?? Regex.Escape(pattern.Require("String").Text());
    }

    private static string[] ReadByteLevel(JsonPlace byteLevel)
    {
        // The reference's own default is true.
        if (byteLevel.Find("add_prefix_space") is not { } space || space.Flag())
        {
            throw byteLevel.Bad("has add_prefix_space, which is not supported: it would change the text.");
        }

        return byteLevel.Find("use_regex") is { } useRegex && !useRegex.Flag() ? [] : [SplitPattern.Gpt2];
    }

    private static void CheckDecoder(JsonPlace? decoder)
    {
        if (decoder?.Require("type") is { } type && type.Text() != "ByteLevel")
        {
            throw type.Bad($"'{type.Text()}' is not supported, only ByteLevel is.");
        }
    }

    private static (int[] Prefix, int[] Suffix) ReadTemplate(JsonPlace? postProcessor)
    {
        var (prefix, suffix) = (new List<int>(), new List<int>());
        foreach (var processor in postProcessor is { } place ? Flatten(place, "processors") : [])
        {
            switch (processor.Require("type").Text())
            {
                case "ByteLevel": // Changes offsets only.
                    break;
                case "TemplateProcessing":
                    ReadTemplate(processor, prefix, suffix);
                    break;
                case var other:
                    throw processor.Require("type").Bad($"'{other}' is not supported, only ByteLevel and TemplateProcessing are.");
            }
        }

        return ([.. prefix], [.. suffix]);
    }

    private static void ReadTemplate(JsonPlace template, List<int> prefix, List<int> suffix)
    {
        var side = prefix;
        foreach (var item in template.Require("single").Items())
        {
            if (item.Find("SpecialToken") is { } special)
            {
                side.AddRange(template.Require("special_tokens").Require(special.Require("id").Text()).Require("ids").Items().Select(id => id.Number()));
            }
            else
            {
                item.Require("Sequence");
                side = suffix;
            }
        }
    }

    private static IEnumerable<JsonPlace> Flatten(JsonPlace place, string listKey) => place.Require("type").Text() == "Sequence"
        ? place.Require(listKey).Items().SelectMany(item => Flatten(item, listKey))
        : [place];
}
