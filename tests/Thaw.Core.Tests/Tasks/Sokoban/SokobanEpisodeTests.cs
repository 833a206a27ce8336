using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class SokobanEpisodeTests
{
    private const string Room = "######\n#PX_O#\n#____#\n######";
    private static readonly SokobanBinding s_numerical = new(new ActionVocabulary("1", "2", "3", "4"), AnswersSection.Explained);

    [Fact]
    public void Play_ShortestPlan_SolvesTheRoom()
    {
        var episode = Begin(SokobanBinding.Training);

        Assert.Equal(new Verdict(true, "Right", FailureReason.None), episode.Play("<answer> Right </answer>"));
        Assert.Equal(new Verdict(true, "right", FailureReason.None), episode.Play("<answer> right </answer>"));
        Assert.True(episode.IsOver && episode.IsSolved);
        Assert.Equal(FailureReason.None, episode.Reason);
    }

    [Theory]
    [InlineData("4", "4", FailureReason.NoAnswer)]
    [InlineData("<answer> banana </answer>", "banana", FailureReason.UnknownWord)]
    [InlineData("<answer> Right </answer>", "Right", FailureReason.TrainingWord)]
    public void Play_InvalidAnswer_SaysWhyAndMovesNothing(string completion, string answer, FailureReason reason)
    {
        var episode = Begin(s_numerical);
        var drawing = episode.Drawing;

        var verdict = episode.Play(completion);

        Assert.Equal(new Verdict(false, reason == FailureReason.NoAnswer ? null : answer, reason), verdict);
        Assert.Equal(drawing, episode.Drawing);
    }

    [Fact]
    public void Play_StatedWordUnderFake_IsInvalid()
    {
        var episode = new SokobanEpisode(SokobanInstance.Parse(Room), s_numerical, ActionVocabulary.Training);

        Assert.Equal(new Verdict(false, "4", FailureReason.StatedWord), episode.Play("<answer> 4 </answer>"));
        Assert.True(episode.Play("<answer> Right </answer>").IsValid);
    }

    [Fact]
    public void Play_ThirtyTurnsInPlace_RunsOutOfTurns()
    {
        var episode = Begin(SokobanBinding.Training);

        var last = PlayToTheEnd(episode, _ => "<answer> Left </answer>");

        Assert.Equal((30, FailureReason.OutOfTurns), (last.Turns, last.Verdict.Reason));
        Assert.Equal(FailureReason.OutOfTurns, episode.Reason);
    }

    [Fact]
    public void Play_BoxPushedIntoACorner_IsADeadEnd()
    {
        // Down pushes the box to the lower wall, where no target lies.
        var episode = new SokobanEpisode(SokobanInstance.Parse("######\n#_P__#\n#_XO_#\n#____#\n######"), SokobanBinding.Training, ActionVocabulary.Training);

        Assert.Equal(FailureReason.DeadEnd, episode.Play("<answer> Down </answer>").Reason);
        PlayToTheEnd(episode, _ => "<answer> Up </answer>");
        Assert.Equal(FailureReason.DeadEnd, episode.Reason);
    }

    [Fact]
    public void Play_PushThatCanBeTakenBackInALostRoom_IsADeadEnd()
    {
        // The two boxes at the upper wall hold each other fast; the third one moves freely.
        var room = SokobanInstance.Parse("########\n#O__XXO#\n#______#\n#__PX_O#\n#______#\n########");
        var episode = new SokobanEpisode(room, SokobanBinding.Training, ActionVocabulary.Training);

        Assert.Equal(FailureReason.None, episode.Play("<answer> Left </answer>").Reason);
        Assert.Equal(FailureReason.None, episode.Play("<answer> Right </answer>").Reason);
        Assert.Equal(FailureReason.DeadEnd, episode.Play("<answer> Right </answer>").Reason);
    }

    [Theory]
    [InlineData(6, 1, 60)]
    [InlineData(6, 2, 30)]
    [InlineData(10, 2, 6)]
    public void Play_RandomWords_MeetsDeadEndsWhereNoPlanIsLeft(int side, int boxes, int rooms)
    {
        var random = SplitMix64.For(6, "words");
        var deadEnds = 0;
        foreach (var room in Rooms.Make(new RoomShape(side, side, boxes), rooms, seed: 6))
        {
            // Half of the episodes start with a box in a corner: that one is lost counts from the first push on.
            var start = random.NextBool(0.5) ? room.Start : room.Start with { Boxes = WithOneInTheFirstFreeCell(room) };
            var episode = new SokobanEpisode(room with { Start = start }, SokobanBinding.Training, ActionVocabulary.Training);
            var (state, isDead) = (start, false);
            while (!episode.IsOver)
            {
                var move = (Direction)random.NextInt(4);
                var next = room.Level.Step(state, move);
                isDead |= next.Boxes != state.Boxes && SokobanSolver.FindShortest(room.Level, next) is null;
                state = next;
                Assert.Equal(isDead, episode.Play($"<answer> {move} </answer>").Reason == FailureReason.DeadEnd);
            }

            deadEnds += isDead ? 1 : 0;
        }

        Assert.InRange(deadEnds, 1, rooms - 1);
    }

    [Theory]
    [InlineData(16, FailureReason.UnknownWord)]
    [InlineData(15, FailureReason.OutOfTurns)]
    public void Reason_MixedTurns_IsTheReasonOfMost(int unknownTurns, FailureReason expected)
    {
        var episode = Begin(SokobanBinding.Training);

        PlayToTheEnd(episode, turn => turn < unknownTurns ? "<answer> banana </answer>" : "<answer> Left </answer>");

        Assert.Equal(expected, episode.Reason);
    }

    [Fact]
    public void Play_AfterTheEnd_Throws()
    {
        var episode = Begin(SokobanBinding.Training);
        PlayToTheEnd(episode, _ => "");

        Assert.Throws<InvalidOperationException>(() => episode.Play("<answer> Up </answer>"));
    }

    [Fact]
    public void Play_AnyText_GivesAVerdict() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
    {
        var verdict = Begin(s_numerical).Play(text ?? "");
        return verdict.IsValid == (verdict.Reason == FailureReason.None);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Play_AnyBytes_GivesAVerdict() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        var verdict = Begin(s_numerical).Play(System.Text.Encoding.UTF8.GetString(bytes ?? []));
        return verdict.IsValid == (verdict.Reason == FailureReason.None);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("<answer>")]
    [InlineData("</answer>")]
    [InlineData("<answer></answer>")]
    [InlineData("<answer> </answer")]
    [InlineData("<answer><answer>")]
    [InlineData("<a")]
    [InlineData("\0")]
    [InlineData("\ud800")]
    [InlineData("İ")]
    public void Play_AMegabyteOfTraps_GivesAVerdict(string trap)
    {
        var text = string.Concat(Enumerable.Repeat(trap, (1 << 20) / trap.Length));

        Assert.All((string[])[text, $"<answer>{text}</answer>", $"{text}</answer>", $"<answer> 4 </answer>{text}"], completion =>
        {
            var verdict = Begin(s_numerical).Play(completion);
            Assert.Equal(verdict.IsValid, verdict.Reason == FailureReason.None);
        });
    }

    [Fact]
    public void Prompt_WhilePositionStays_IsTheSameObject()
    {
        var episode = Begin(SokobanBinding.Training);
        var prompt = episode.Prompt;

        episode.Play("nothing");
        Assert.Same(prompt, episode.Prompt);
        episode.Play("<answer> Right </answer>");
        Assert.NotEqual(prompt, episode.Prompt);
    }

    private static UInt128 WithOneInTheFirstFreeCell(SokobanInstance room)
    {
        var free = ~(room.Level.Walls | room.Start.Boxes | (UInt128.One << room.Start.Player));
        return (room.Start.Boxes & (room.Start.Boxes - 1)) | (UInt128.One << (int)UInt128.TrailingZeroCount(free));
    }

    private static SokobanEpisode Begin(SokobanBinding binding) => new(SokobanInstance.Parse(Room), binding, binding.Words);

    private static (int Turns, Verdict Verdict) PlayToTheEnd(SokobanEpisode episode, Func<int, string> completion)
    {
        var (turns, verdict) = (0, default(Verdict));
        while (!episode.IsOver)
        {
            verdict = episode.Play(completion(turns++));
        }

        return (turns, verdict);
    }
}
