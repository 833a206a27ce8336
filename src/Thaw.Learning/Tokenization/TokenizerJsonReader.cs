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
        var (splits, byteLevel) = SplitRuleReader.Read(root.Require("pre_tokenizer"));
        return new TokenizerDefinition
        {
            Vocabulary = ReadVocabulary(model.Require("vocab")),
            Merges = [.. model.Require("merges").Items().Select(ReadMerge)],
            IgnoresMerges = model.Find("ignore_merges")?.Flag() ?? false,
            AddedTokens = [.. root.Find("added_tokens")?.Items().Select(ReadAddedToken) ?? []],
            NormalizesToFormC = root.Find("normalizer") is { } normalizer && IsFormC(normalizer),
            Splits = splits,
            AddsPrefixSpace = byteLevel.Require("add_prefix_space").Flag(),
            SplitsAsGpt2 = SplitRuleReader.Flag(byteLevel, "use_regex", otherwise: true),
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

        // unk_token, fuse_unk and byte_fallback say what to do with a character that has no token. In a byte-level vocabulary, which is checked
        // to have all bytes, there is none.
        foreach (var key in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Find(key) is { } affix && affix.Text().Length > 0)
            {
                throw affix.Bad($"'{affix.Text()}' is not supported, only none is.");
            }
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
        var (side, single) = (prefix, template.Require("single"));
        foreach (var item in single.Items())
        {
            if (item.Find("SpecialToken") is { } special)
            {
                side.AddRange(template.Require("special_tokens").Require(special.Require("id").Text()).Require("ids").Items().Select(id => id.Number()));
            }
            else
            {
                var sequence = item.Require("Sequence").Require("id");
                side = side == prefix && sequence.Text() == "A" ? suffix : throw sequence.Bad("must be 'A', once.");
            }
        }

        if (side == prefix)
        {
            throw single.Bad("has no place for the text.");
        }
    }

    /// <returns>The parts of a sequence, of sequences within it too, or the place itself where it is none.</returns>
    internal static IEnumerable<JsonPlace> Flatten(JsonPlace place, string listKey) => place.Require("type").Text() == "Sequence"
        ? place.Require(listKey).Items().SelectMany(item => Flatten(item, listKey))
        : [place];
}
