using Thaw.Learning.Tokenization.Splitting;

namespace Thaw.Learning.Tokenization;

/// <summary>Reads the <c>pre_tokenizer</c> of a <c>tokenizer.json</c>: ways to split, then <c>ByteLevel</c>.</summary>
internal static class SplitRuleReader
{
    /// <summary>Each costs memory for its tables.</summary>
    private const int MaxStages = 32;

    public static (IReadOnlyList<SplitRule> Splits, JsonPlace ByteLevel) Read(JsonPlace preTokenizer)
    {
        var stages = TokenizerJsonReader.Flatten(preTokenizer, "pretokenizers").Take(MaxStages + 1).ToList();
        if (stages.Count > MaxStages)
        {
            throw preTokenizer.Bad($"has more than the {MaxStages} stages that are supported.");
        }

        var rules = new List<SplitRule>();
        for (var i = 0; i < stages.Count; i++)
        {
            var type = stages[i].Require("type");
            switch (type.Text())
            {
                case "Split":
                    rules.Add(ReadSplit(stages[i]));
                    break;
                case "Digits":
                    rules.Add(new SplitRule(@"\p{N}", stages[i].Require("individual_digits").Flag() ? SplitBehavior.Isolated : SplitBehavior.Contiguous));
                    break;
                case "Punctuation":
                    rules.Add(new SplitRule(@"[\p{P}$+<=>^`|~]", stages[i].Find("behavior") is { } behavior ? ReadBehavior(behavior) : SplitBehavior.Isolated));
                    break;
                case "WhitespaceSplit":
                    rules.Add(new SplitRule(@"\s", SplitBehavior.Removed));
                    break;
                case "ByteLevel" when i == stages.Count - 1:
                    return (rules, stages[i]);
                case var other:
                    throw type.Bad($"'{other}' is not supported here, only Split, Digits, Punctuation, WhitespaceSplit and a final ByteLevel are.");
            }
        }

        throw preTokenizer.Bad("must end with ByteLevel: only byte-level tokenizers are supported.");
    }

    public static bool Flag(JsonPlace place, string name, bool otherwise) => place.Find(name)?.Flag() ?? otherwise;

    private static SplitRule ReadSplit(JsonPlace split)
    {
        var pattern = split.Require("pattern");
        var literal = pattern.Find("String");
        var expression = literal is { } text ? SplitParser.Escape(text.Text()) : pattern.Require("Regex").Text();
        try
        {
            if (SplitParser.Parse(expression).IsNullable)
            {
                throw pattern.Bad("can match nothing, which is not supported.");
            }
        }
        catch (FormatException error)
        {
            throw pattern.Bad($"{expression} is not supported: {error.Message}");
        }

        return new SplitRule(expression, ReadBehavior(split.Require("behavior")), Flag(split, "invert", otherwise: false));
    }

    private static SplitBehavior ReadBehavior(JsonPlace behavior) => behavior.Text() switch
    {
        "Isolated" => SplitBehavior.Isolated,
        "Removed" => SplitBehavior.Removed,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        var other => throw behavior.Bad($"'{other}' is not supported, only Isolated, Removed, MergedWithPrevious, MergedWithNext and Contiguous are."),
    };
}
