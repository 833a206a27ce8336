using System.Text.Json;
using Thaw.Core.Demonstrations;
using Thaw.Core.Scoring;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban.Scoring;

public class SokobanRewardTests
{
    private const string Corridor = "#######\n#_____#\n#PX_O_#\n#_____#\n#######";
    private static readonly SokobanTask s_task = new();

    // paper.md 6.2: 0.1 for what is well formed but wrong, nothing for what is not well formed.
    [Theory]
    [InlineData("</think> <answer> 4 </answer>", 1, 1)]
    [InlineData("</think> <answer> 1 </answer>", 0.1, -1)]
    [InlineData("</think> <answer> 3 </answer>", 0.1, 0)]
    [InlineData("</think> <answer> fox </answer>", 0.1, -1)]
    [InlineData("<answer> 4 </answer>", 0, 1)]
    [InlineData("", 0, -1)]
    public void ScoreOf_Completion_IsPaidByEachReward(string completion, double paperFormat, double progress)
    {
        var question = Ask(Corridor, "Up=1 Down=2 Left=3 Right=4");

        Assert.Equal(paperFormat, question.ScoreOf(completion, "paper-format").Value);
        Assert.Equal(progress, question.ScoreOf(completion, "progress").Value);
    }

    [Fact]
    public void ScoreOf_Progress_IsByHowMuchThePlanGetsShorter()
    {
        // In rooms with one box a step can only help or harm; with two it may also do neither.
        var seen = new HashSet<(int Reward, bool IsBlocked)>();
        foreach (var room in s_task.DrawInstances(s_task.FindSplit("two-boxes"), Fold.Train, 100, seed: 3).Cast<SokobanInstance>())
        {
            var question = Ask(room.Drawing, "Up=Up Down=Down Left=Left Right=Right");
            foreach (var move in Enum.GetValues<Direction>())
            {
                var before = room.FindShortest()!.Plan.Count;
                var next = room.Level.Step(room.Start, move);
                var after = SokobanSolver.FindShortest(room.Level, next)?.Plan.Count;
                var expected = after is { } moves ? Math.Clamp(before - moves, -1, 1) : -1;

                Assert.Equal(expected, question.ScoreOf($"</think> <answer> {move} </answer>", "progress").Value);
                seen.Add((expected, next == room.Start));
            }
        }

        Assert.Equal([(-1, false), (0, false), (0, true), (1, false)], seen.Order());
    }

    [Fact]
    public void RewardOf_APlayedRoom_IsTheGamesOwnSum()
    {
        var room = SokobanInstance.Parse(Corridor);
        var episode = s_task.Begin(s_task.Splits[0], room, seed: 1);
        foreach (var word in new[] { "Right", "Left", "nothing", "Right", "Right" })
        {
            episode.Play($"<answer> {word} </answer>");
        }

        // Three moves that push or walk and a last one that pushes home; the turn without an answer costs nothing.
        Assert.True(episode.IsSolved);
        Assert.Equal((4 * -0.1) + 1 + 10, episode.RewardOf("environment"), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => episode.RewardOf("beauty"));
    }

    [Theory]
    [InlineData(Diversity.Frozen)]
    [InlineData(Diversity.Diverse)]
    public void Practise_Exercises_AreTrainingRoomsThatFollowTheirOwnWords(Diversity diversity)
    {
        var plan = new DemonstrationPlan(diversity, Seed: 5, ExtraStarts: 1);
        var bindings = new HashSet<string>();
        foreach (var exercise in s_task.Practise(plan).Take(200))
        {
            var (one, other) = (exercise.Begin(), exercise.Begin());
            var room = SokobanInstance.Parse(one.Drawing);
            bindings.Add(one.StatedBinding);

            Assert.Equal((one.Prompt.Text, one.StatedBinding, one.StatedBinding), (other.Prompt.Text, other.StatedBinding, one.ScoredBinding));
            Assert.Equal(Fold.Train, room.Fold);
            Assert.Equal(exercise.InstanceId, room.Id);
            Assert.False(one.IsOver);
            foreach (var move in room.FindShortest()!.Plan)
            {
                one.Play($"<answer> {one.StatedBinding.Split(' ').Single(pair => pair.StartsWith($"{move}=", StringComparison.Ordinal))[$"{move}=".Length..]} </answer>");
            }

            Assert.True(one.IsSolved);
        }

        Assert.Equal(diversity == Diversity.Frozen ? 1 : 200, bindings.Count);
    }

    [Fact]
    public void Practise_TheSamePlan_GivesTheRoomsOfItsDemonstrations()
    {
        var plan = new DemonstrationPlan(Diversity.Frozen, Seed: 5);
        var shown = s_task.Demonstrate(plan).Take(3_000).Select(row => row.InstanceId).ToHashSet();

        Assert.All(s_task.Practise(plan).Take(512), exercise => Assert.Contains(exercise.InstanceId, shown));
        Assert.Equal(s_task.Practise(plan).Take(50).Select(e => e.Begin().Prompt.Text), s_task.Practise(plan).Take(50).Select(e => e.Begin().Prompt.Text));
    }

    private static IQuestion Ask(string drawing, string binding) => s_task.ReadQuestionOrNull(new CompletionRow(new Dictionary<string, JsonElement>
    {
        ["drawing"] = JsonSerializer.SerializeToElement(drawing),
        ["binding"] = JsonSerializer.SerializeToElement(binding),
        ["completion"] = JsonSerializer.SerializeToElement(""),
    }))!;
}
