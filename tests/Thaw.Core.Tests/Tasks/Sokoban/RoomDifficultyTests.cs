using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class RoomDifficultyTests
{
    [Theory]
    [InlineData(6, 6, 1)]
    [InlineData(5, 6, 2)]
    public void Of_GeneratedRooms_AgreesWithExhaustivePlay(int rows, int columns, int boxes)
    {
        foreach (var room in Rooms.Make(new RoomShape(rows, columns, boxes), 10, seed: 4))
        {
            var start = NaiveSokoban.Bare(room.Drawing);
            var unsolved = ReachableUnsolved(start);
            var distances = NaiveSokoban.Distances(start);

            var difficulty = RoomDifficulty.Of(room)!;

            Assert.Equal(distances[start], difficulty.OptimalLength);
            Assert.InRange(difficulty.Pushes, boxes, difficulty.OptimalLength);
            Assert.InRange(difficulty.StatesExpanded, 1, unsolved.Count);
            Assert.Equal(unsolved.Count(board => distances[board] is null) / (double)unsolved.Count, difficulty.DeadEndShare!.Value, tolerance: 1e-12);
        }
    }

    [Fact]
    public void Of_ARoomWithoutASolution_IsNull() => Assert.Null(RoomDifficulty.Of(SokobanInstance.Parse("#####\n#X_O#\n#_P_#\n#####")));

    [Fact]
    public void Of_MorePositionsThanWanted_LeavesTheShareOpen()
    {
        var room = Rooms.Make(new RoomShape(10, 10, 2), 1)[0];

        Assert.Null(RoomDifficulty.Of(room, maxStates: 50)!.DeadEndShare);
        Assert.NotNull(RoomDifficulty.Of(room)!.DeadEndShare);
    }

    [Fact]
    public void Reward_OfAShortestPlan_IsThePapers()
    {
        var room = SokobanInstance.Parse("######\n#PX_O#\n#____#\n######");
        var episode = new SokobanEpisode(room, SokobanBinding.Training, ActionVocabulary.Training);

        episode.Play("<answer> Left </answer>");
        episode.Play("nothing");
        episode.Play("<answer> Right </answer>");
        Assert.Equal(-0.2m, episode.Reward);
        episode.Play("<answer> Right </answer>");
        Assert.Equal(-0.3m + 1 + 10, episode.Reward);
    }

    [Fact]
    public void Reward_BoxPushedOffItsTarget_IsLost()
    {
        var room = SokobanInstance.Parse("#######\n#P√_X_#\n#____O#\n#######");
        var episode = new SokobanEpisode(room, SokobanBinding.Training, ActionVocabulary.Training);

        episode.Play("<answer> Right </answer>");

        Assert.Equal(-1.1m, episode.Reward);
    }

    // Play ends where a room is solved.
    private static HashSet<string> ReachableUnsolved(string start)
    {
        var boards = new List<string> { start };
        var known = new HashSet<string>(boards);
        for (var i = 0; i < boards.Count; i++)
        {
            boards.AddRange(Enum.GetValues<Direction>().Select(d => NaiveSokoban.Step(boards[i], d)).Where(board => board.Contains('X') && known.Add(board)));
        }

        return known;
    }
}
