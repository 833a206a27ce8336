using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

public class PointsPromptTests
{
    private static readonly IReadOnlyList<CardRank> s_hand = CardRank.ParseHand("A 10 J 3");

    [Fact]
    public void WriteText_TrainingBinding_IsThePapersText() => Assert.Equal(
        "\n[Task Description]\n" +
        "You are an expert 24 points card game player. You will receive a set of 4 cards.\n" +
        "Note that 'J', 'Q', and 'K' all count as '10', and each card must be used once.\n" +
        "Your goal is to output a formula that evaluates to 24 using numbers from the cards and operators such as '+', '-', '*', '/', '(', ')', and '='.\n" +
        "\n[Input]\nCards: ['A', '10', 'J', '3']\n" +
        "\n[Output]\n{\n" +
        "  \"cards\": [x, y, z, w], where 'J', 'Q', and 'K' all count as '10',\n" +
        "  \"number\": [a, b, c, d], where a, b, c, and d are the numbers on the cards,\n" +
        "  \"formula\": 'an equation that equals 24',\n" +
        "}\n\n",
        PointsPrompt.WriteText(PointsBinding.Training, s_hand));

    [Fact]
    public void WriteText_RulePerRank_TellsThreeValuesTwice()
    {
        var text = PointsPrompt.WriteText(PointsBinding.Of(PointsRule.Of(new FaceCardRule(11, 12, 13))), CardRank.ParseHand("2 3 4 5 6"));

        Assert.Equal(3, text.Split("'J' counts as '11', 'Q' counts as '12', and 'K' counts as '13'").Length);
        Assert.Contains("a set of 5 cards.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_AnyBinding_IsATurnOfAChat()
    {
        var prompt = PointsPrompt.Write(PointsBinding.Training, s_hand).Text;

        Assert.Equal($"<|im_start|>user\n{PointsPrompt.WriteText(PointsBinding.Training, s_hand)}<|im_end|>\n<|im_start|>assistant\n", prompt);
    }

    [Fact]
    public void WriteAnswer_Hand_IsLaidOutAsThePapersRows() => Assert.Equal(
        "{\n\"cards\": [\"A\", \"10\", \"J\", \"3\"],\n \"number\": [1, 10, 10, 3],\n \"formula\": \"(10-1)*3-3\"\n}",
        PointsPrompt.WriteAnswer(s_hand, [1, 10, 10, 3], "(10-1)*3-3"));

    [Fact]
    public void WriteText_EveryText_SaysAllThatThePapersTextSays()
    {
        var binding = new PointsBinding(new PointsRule(new FaceCardRule(2, 4, 6), 36, new OperatorNames("&", "~", "@", "%")), RuleWording.Paper with { Section = "SECTION\n" }, InstructionText.Paper);
        foreach (var text in Paraphrases.All.Append(InstructionText.Paper))
        {
            var written = PointsPrompt.WriteText(binding with { Text = text }, s_hand);

            Assert.All(
                ["'J' counts as '2', 'Q' counts as '4', and 'K' counts as '6'", "36", "'&', '~', '@', '%', '(', ')', and '='", "'@' multiplies", "SECTION\n", "['A', '10', 'J', '3']", "cards", "\"number\"", "\"formula\""],
                part => Assert.Contains(part, written, StringComparison.Ordinal));
            Assert.All(["{target}", "{count}", "{rule}", "{operators}", "{section}", "{cards}"], place => Assert.DoesNotContain(place, written, StringComparison.Ordinal));
            Assert.Matches("(?m)^SECTION$", written);
            Assert.True(text == InstructionText.Paper || written.Contains(" once", StringComparison.Ordinal) || written.Contains("exactly once", StringComparison.Ordinal) || written.Contains("a single time", StringComparison.Ordinal) || written.Contains("used twice", StringComparison.Ordinal) || written.Contains("without repeating", StringComparison.Ordinal), text.Name);
        }
    }

    [Fact]
    public void Paraphrases_Names_AreDifferentAndSomeAreHeldOut()
    {
        Assert.Equal(Paraphrases.All.Count, Paraphrases.All.Select(text => text.Name).Distinct().Count());
        Assert.True(Paraphrases.All.Count >= 8);
        Assert.Equal(4, Paraphrases.HeldOut.Count);
        Assert.Empty(Paraphrases.HeldOut.Intersect(Paraphrases.ForTraining));
    }

    [Fact]
    public void WriteText_AnyTwoRules_DifferOnlyWhereTheBindingDiffers()
    {
        // Take the rule's clause and the target away, and nothing is left that differs.
        var faces = Gen.Choose(1, 13).Three().Select(values => new FaceCardRule(values.Item1, values.Item2, values.Item3));
        var pairs = from one in faces from other in faces from text in Gen.Elements<InstructionText>([.. Paraphrases.All, InstructionText.Paper]) select (one, other, text);
        Prop.ForAll(pairs.ToArbitrary(), pair => Neutral(pair.one, pair.text) == Neutral(pair.other, pair.text)).QuickCheckThrowOnFailure();

        static string Neutral(FaceCardRule faces, InstructionText text)
        {
            var written = PointsPrompt.WriteText(PointsBinding.Of(PointsRule.Of(faces)) with { Text = text }, s_hand);
            var clause = RuleWording.Paper.ClauseFor(faces);
            Assert.Contains(clause, written, StringComparison.Ordinal);
            return written.Replace(clause, "RULE", StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("A 10 J Z", "Card 4 is 'Z'; A, 2 to 10, J, Q, K and 14 to 19 are known.")]
    [InlineData("11", "Card 1 is '11'; A, 2 to 10, J, Q, K and 14 to 19 are known.")]
    public void ParseHand_UnknownCard_SaysWhichAndWhere(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => CardRank.ParseHand(text)).Message);

    [Fact]
    public void ParseHand_EveryRank_ReadsWhatIsWritten()
    {
        var all = Enumerable.Range(1, CardRank.Largest).Select(number => new CardRank(number)).ToList();

        Assert.Equal("A 2 3 4 5 6 7 8 9 10 J Q K 14 15 16 17 18 19", string.Join(' ', all));
        Assert.Equal(all, CardRank.ParseHand(string.Join("  ", all).ToLowerInvariant()));
    }
}
