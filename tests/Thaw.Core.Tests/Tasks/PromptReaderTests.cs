using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks;

/// <summary>What the audit finds in prompts of ours and of others.</summary>
public class PromptReaderTests
{
    private const string Room = "######\n#PX_O#\n#____#\n######";

    private static readonly IPromptReader s_sokoban = TaskCatalog.ReaderOf("sokoban")!;
    private static readonly IPromptReader s_points = TaskCatalog.ReaderOf("points")!;

    [Theory]
    [InlineData("id", 0, "Up=Up Down=Down Left=Left Right=Right")]
    [InlineData("random", 0, "Up=* Down=& Left=1 Right=M")]
    [InlineData("emoji", 0, "Up=⬆️ Down=⬇️ Left=⬅️ Right=➡️")]
    [InlineData("empty", 0, null)]
    public void ReadPrompt_OfEverySection_FindsRoomAndWords(string split, ulong seed, string? mapping)
    {
        var room = SokobanInstance.Parse(Room);
        var task = TaskCatalog.Find("sokoban");

        var facts = s_sokoban.ReadPrompt(task.Begin(task.FindSplit(split), room, seed).Prompt.Text)!;

        Assert.Equal(room.Drawing, facts.Instance);
        Assert.Equal(room.Id, facts.Canonical);
        Assert.Equal("4x6-1", facts.Family);
        Assert.Equal(mapping, facts.Mapping);
    }

    [Theory]
    [InlineData("[Current Observation]:\n{0}\nDecide the next action:\\\n<answer> [your answer] </answer>")]
    [InlineData("Here is an old board:\n###\n#P#\n###\nand the board now:\n\n{0}")]
    [InlineData("{0}")]
    public void ReadPrompt_ForeignText_FindsTheLastBoard(string text)
    {
        var prompt = string.Format(System.Globalization.CultureInfo.InvariantCulture, text, SokobanInstance.Parse(Room).Drawing);

        Assert.Equal(SokobanInstance.Parse(Room).Id, s_sokoban.ReadPrompt(prompt)!.Canonical);
    }

    [Theory]
    [InlineData("['A', '10', 'J', '3']", "'J', 'Q', and 'K' all count as '10'", "1 3 10 10 to 24", "J=10 Q=10 K=10")]
    [InlineData("['A', '10', 'J', '3']", "'J', 'Q', and 'K' count as '10'", "1 3 10 10 to 24", "J=10 Q=10 K=10")]
    [InlineData("[\"A\", \"10\", \"J\", \"3\"]", "'J' counts as '7', 'Q' counts as '8', and 'K' counts as '9'", "1 3 7 10 to 24", "J=7 Q=8 K=9")]
    [InlineData("['K', 'Q', '19', '3']", "'J', 'Q', and 'K' count as '11', '12', and '13' respectively", "3 12 13 19 to 24", "J=11 Q=12 K=13")]
    public void ReadPrompt_Cards_AreValuedByTheStatedRule(string cards, string rule, string canonical, string mapping)
    {
        var facts = s_points.ReadPrompt($"\n[Task Description]\nYou are an expert 24 points card game player. Note that {rule}, and ...\n[Input]\nCards: {cards}\n[Output]\n")!;

        Assert.Equal(canonical, facts.Canonical);
        Assert.Equal(mapping, facts.Mapping);
        Assert.Equal("4 cards to 24", facts.Family);
    }

    [Fact]
    public void ReadPrompt_FaceCardWithoutARule_IsNotUnderstood() => Assert.Null(s_points.ReadPrompt("Cards: ['J', '1', '2', '3']"));

    [Theory]
    [InlineData("""{"cards": ["A"], "number": [1], "formula": "1+2"}""", "1+2")]
    [InlineData("first \"formula\": \"9\" then 'formula' : '(8 / 3)'", "(8 / 3)")]
    [InlineData("none", null)]
    public void AnswerOf_Formula_IsTheLastOne(string completion, string? formula) => Assert.Equal(formula, s_points.AnswerOf(completion));

    [Fact]
    public void ReadPrompt_PiecesInAnyOrder_NeverThrows()
    {
        var pieces = Gen.Elements("#", "#\n", "###\n", "P", "O", "X", "√", " \t", "\n", "<answer>", "</answer>", "Cards: [", "'J', ", "'٣'", "\"0\"", "]", "'J', 'Q', and 'K' all count as '", "10'", "99 points card game", "\ud83d");

        Prop.ForAll(pieces.ListOf().Select(list => string.Concat(list)).ToArbitrary(), text =>
        {
            foreach (var reader in TaskCatalog.Readers)
            {
                reader.ReadPrompt(text);
                reader.AnswerOf(text);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("#")]
    [InlineData("#\n")]
    [InlineData("###\n")]
    [InlineData("###\n#P#\n###\n\n")]
    [InlineData("<answer>")]
    [InlineData("Cards: '\n")]
    [InlineData("'J' counts as '1")]
    [InlineData("\"formula\": \"")]
    public void ReadPrompt_AMegabyte_TakesLinearTime(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        var clock = Stopwatch.StartNew();

        Assert.All(TaskCatalog.Readers, reader =>
        {
            reader.ReadPrompt(text);
            reader.AnswerOf(text);
        });

        // Quadratic time would be minutes.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }
}
