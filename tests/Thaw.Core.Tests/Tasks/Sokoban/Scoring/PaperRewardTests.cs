using System.Diagnostics;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Tasks.Sokoban.Scoring;

namespace Thaw.Core.Tests.Tasks.Sokoban.Scoring;

public class PaperRewardTests
{
    private static readonly string s_prompt = Prompt("tree", "fix", "jade", "freedom");

    // paper.md 6.2; the completion follows a prompt that ends in <think>.
    [Theory]
    [InlineData("</think> <answer> fix </answer>", 2)]
    [InlineData("</think> <answer> FIX </answer>", 2)]
    [InlineData("</think> <answer> fix tree </answer>", 2)]
    [InlineData("</think> <answer> ,; jade;tree </answer>", 3)]
    [InlineData("</think> <answer> 2 </answer>", 2)]
    [InlineData("</think> <answer> 4(tree) </answer>", 4)]
    [InlineData("</think> <answer> 4 (tree) </answer>", 4)]
    [InlineData("</think> <answer> 4(rock) </answer>", 0)]
    [InlineData("</think> <answer> 5 </answer>", 0)]
    [InlineData("</think> <answer> Up </answer>", 0)]
    [InlineData("</think> <answer> nonsense fix </answer>", 0)]
    [InlineData("</think> <answer> fix\n</answer>", 0)]
    [InlineData("</think> <answer>  </answer>", 0)]
    [InlineData("</think> <answer> fix </answer> <action> tree </action>", 1)]
    [InlineData("</think> <action> tree </action> <answer> fix </answer>", 2)]
    [InlineData("</think> <action> <answer> fix </answer> </action>", 0)]
    [InlineData("</think> <answer> fix </answer> <answer> tree </answer>", 0)]
    [InlineData("<think> </think> <answer> fix </answer>", 0)]
    [InlineData("<answer> fix </answer>", 0)]
    [InlineData("<answer> fix </answer> </think>", 0)]
    [InlineData("</think> fix", 0)]
    [InlineData("Assistant: <think> </think> <answer> fix </answer>", 2)]
    public void Read_Completion_GivesTheActionOfTheFirstPiece(string completion, int action) =>
        Assert.Equal(action, PaperReward.Read(s_prompt, completion).Action);

    [Fact]
    public void Read_DigitThatIsALabel_IsTheLabel()
    {
        var swapped = Prompt("2", "1", "x", "y");

        Assert.Equal(1, PaperReward.Read(swapped, "</think> <answer> 2 </answer>").Action);
        Assert.Equal(2, PaperReward.Read(swapped, "</think> <answer> 2(1) </answer>").Action);
        Assert.Equal(3, PaperReward.Read(swapped, "</think> <answer> 3 </answer>").Action);
    }

    [Fact]
    public void Read_WordThatIsListedTwice_IsTheLastOne() =>
        Assert.Equal(3, PaperReward.Read(Prompt("fish", "fix", "FISH", "freedom"), "</think> <answer> fish </answer>").Action);

    [Fact]
    public void Read_PromptWithoutAnswers_ScoresNothing()
    {
        var empty = SokobanPrompt.Write(new SokobanBinding(ActionVocabulary.Training, AnswersSection.Absent), Room.Drawing).Text;

        Assert.Equal((0, "Up", "no_labels"), PaperReward.Read(empty, "</think> <answer> Up </answer>"));
        Assert.Equal((0, null, "no_assistant_turn"), PaperReward.Read("Up or down?", "<think> </think> <answer> Up </answer>"));
    }

    [Fact]
    public void Read_PiecesInAnyOrder_AgreesWithTheRulesAsRegularExpressions()
    {
        var pieces = Gen.Elements(
            "<think>", "</think>", "<answer>", "</answer>", "<action>", "</action>", " fix ", "tree", "2", "3(jade)", "(", ",", ";", "\n", " ", "x", "Assistant:", "\u001f", "1(");
        var texts = pieces.ListOf().Select(list => string.Concat(list));

        // Half of them with the tags in place, so that most get as far as the words.
        var framed = texts.Zip(texts, (thought, answer) => $"{thought}</think> <answer>{answer}</answer>");
        Prop.ForAll(Gen.OneOf(texts, framed).ToArbitrary(), text => PaperReward.Read(s_prompt, text).Action == Slow(s_prompt + text))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory]
    [InlineData("<action>")]
    [InlineData("<action>x</action>")]
    [InlineData("Answers:<answer>")]
    [InlineData("Answers: ")]
    [InlineData("</answer> | ")]
    [InlineData(" ")]
    public void Read_AMegabyte_TakesLinearTime(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        var clock = Stopwatch.StartNew();

        PaperReward.Read(s_prompt, $"</think> <answer> {text}");
        PaperReward.Read(s_prompt, $"</think> {text} <answer> fix </answer>");
        PaperReward.Read("", $"{text} Assistant: <think> </think> <answer> fix </answer>");

        // A quadratic reading of a megabyte takes minutes; the linear one milliseconds.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(3), $"Took {clock.Elapsed}.");
    }

    private static SokobanInstance Room => SokobanInstance.Parse("######\n#PX_O#\n#____#\n######");

    private static string Prompt(string up, string down, string left, string right)
    {
        var text = SokobanPrompt.Write(new SokobanBinding(new ActionVocabulary("w1", "w2", "w3", "w4"), AnswersSection.Explained), Room.Drawing).Text;
        return text.Replace("w1", up).Replace("w2", down).Replace("w3", left).Replace("w4", right);
    }

    // The same rules by backtracking expressions, as the public code states them.
    private static int Slow(string text)
    {
        var mark = text.Contains("Assistant:", StringComparison.Ordinal) ? "Assistant:" : "<|im_start|>assistant";
        var parts = text.Split(mark, 2);
        if (parts.Length < 2)
        {
            return 0;
        }

        string[] tags = ["<think>", "</think>", "<answer>", "</answer>"];
        var places = tags.Select(tag => Regex.Matches(parts[1], Regex.Escape(tag))).ToList();
        if (places.Any(matches => matches.Count != 1) || !places.Select(matches => matches[0].Index).SequenceEqual(places.Select(matches => matches[0].Index).Order()))
        {
            return 0;
        }

        if (Regex.Matches(parts[1], "<answer>([^\n]*?)</answer>|<action>([^\n]*?)</action>") is not [.., var last])
        {
            return 0;
        }

        const string Space = @"[\s\x1c-\x1f]";
        var answer = Regex.Replace(last.Groups[1].Value + last.Groups[2].Value, $"^{Space}+|{Space}+$", "");
        var labels = Regex.Match(parts[0], $@"Answers:{Space}*<answer>{Space}*(.*?){Space}*</answer>{Space}*\|{Space}*<answer>{Space}*(.*?){Space}*</answer>{Space}*\|{Space}*<answer>{Space}*(.*?){Space}*</answer>{Space}*\|{Space}*<answer>{Space}*(.*?){Space}*</answer>", RegexOptions.Singleline | RegexOptions.IgnoreCase);
        var piece = Regex.Split(answer, @"[,;\s\x1c-\x1f]+").FirstOrDefault(part => part.Length > 0);
        if (piece is null || !labels.Success)
        {
            return 0;
        }

        string[] words = [.. labels.Groups.Cast<Group>().Skip(1).Select(group => Regex.Escape(group.Value))];
        for (var action = 1; action <= 4; action++)
        {
            if (Regex.IsMatch(piece, $@"^{action}\(({string.Join('|', words)})\)\z", RegexOptions.IgnoreCase))
            {
                return action;
            }
        }

        var place = Array.FindLastIndex(words, word => Regex.IsMatch(piece, $@"^{word}\z", RegexOptions.IgnoreCase));
        return place >= 0 ? place + 1 : Regex.IsMatch(piece, @"^[1-4]\z") ? piece[0] - '0' : 0;
    }
}
