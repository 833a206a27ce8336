using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Tasks.Sokoban.Puzzles;

namespace Thaw.Core.Tests.Tasks.Sokoban.Puzzles;

public class PuzzleSolverTests
{
    private static readonly PuzzleBudget s_ample = new(TimeSpan.FromMinutes(5));

    [Fact]
    public void Solve_GeneratedRooms_NeedsAsManyMovesAsExhaustivePlay()
    {
        var cases = from shape in Gen.Elements(new RoomShape(6, 6, 1), new RoomShape(6, 7, 2), new RoomShape(7, 7, 3))
                    from seed in Gen.Choose(0, 1_000_000)
                    select Rooms.Make(shape, 1, (ulong)seed)[0];
        Prop.ForAll(cases.ToArbitrary(), AgreesWithBreadthFirst).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Solve_ThingsAnywhere_AgreesOnWhatHasNoSolution()
    {
        var unsolvable = 0;
        foreach (var seed in Enumerable.Range(0, 400))
        {
            var room = Scatter(SplitMix64.For((ulong)seed, "scatter"));
            unsolvable += SokobanSolver.CanBeSolved(room.Level, room.Start) ? 0 : 1;
            Assert.True(AgreesWithBreadthFirst(room), $"seed {seed}");
        }

        Assert.InRange(unsolvable, 40, 360);
    }

    [Theory]
    [InlineData("Microban 1 (David W. Skinner)", 33, "####|# .#|#  ###|#*@  #|#  $ #|#  ###|####")]
    [InlineData("Microban 2 (David W. Skinner)", 16, "######|#    #|# #@ #|# $* #|# .* #|#    #|######")]
    [InlineData("Microban 142 (David W. Skinner)", 76, "  ####|  #  #|  #  ####|###$.$  #|#  .@.  #|#  $.$###|####  #|   #  #|   ####")]
    [InlineData("Microban 149 (David W. Skinner)", 94, " ####|##  ###|#@$   #|### $ #| #  ######| #  $....#| #  # ####| ## # #| # $# #| #    #| #  ###| ####")]
    public void Solve_ClassicLevels_FindsThePublishedNumberOfMoves(string title, int moves, string rows)
    {
        var puzzle = SokobanPuzzle.Parse(rows.Split('|'));
        var solution = PuzzleSolver.Solve(puzzle, s_ample);

        Assert.True(solution.Outcome == PuzzleOutcome.Optimal && solution.Plan!.Count == moves, title);
        Assert.True(LurdPlan.Check(puzzle, LurdPlan.Write(puzzle, solution.Plan)).IsSolved, title);
    }

    [Fact]
    public void Solve_ALevelLargerThanARoom_IsSolved()
    {
        // 24 × 9 cells; each box goes along its row, and the player walks back between them.
        string[] hall = [new('#', 24), .. Enumerable.Repeat($"#{new string(' ', 22)}#", 7), new('#', 24)];
        hall[3] = "#@  $                . #";
        hall[5] = "#   $                . #";

        var solution = PuzzleSolver.Solve(SokobanPuzzle.Parse(hall), s_ample);

        // Two steps to the first box and 17 pushes, 17 columns back and two rows down, 17 pushes.
        Assert.Equal(PuzzleOutcome.Optimal, solution.Outcome);
        Assert.Equal(2 + 17 + 17 + 2 + 17, solution.Plan!.Count);
    }

    [Fact]
    public void Solve_NoTime_SaysSo()
    {
        var room = Rooms.Make(new RoomShape(10, 10, 3), 1)[0];
        var solution = PuzzleSolver.Solve(SokobanPuzzle.Of(room), new PuzzleBudget(TimeSpan.Zero));

        Assert.Equal((PuzzleOutcome.NotWithinBudget, null), (solution.Outcome, solution.Plan));
    }

    [Fact]
    public void Solve_NoMemory_SaysSo()
    {
        var room = Rooms.Make(new RoomShape(10, 10, 3), 1)[0];
        var solution = PuzzleSolver.Solve(SokobanPuzzle.Of(room), new PuzzleBudget(TimeSpan.FromMinutes(1), MemoryBytes: 1));

        Assert.Equal(PuzzleOutcome.NotWithinBudget, solution.Outcome);
    }

    [Theory]
    [InlineData("######|#@$ .#|######", PuzzleOutcome.Optimal, 2)]
    [InlineData("######|#@ *.#|#  $ #|#    #|######", PuzzleOutcome.Optimal, null)]
    [InlineData("#####|#@* #|#####", PuzzleOutcome.Optimal, 0)]
    [InlineData("######|#$@ .#|######", PuzzleOutcome.NoSolution, null)]
    [InlineData("#######|#@$$..#|#######", PuzzleOutcome.NoSolution, null)]
    [InlineData("#######|# .$@ #|#.$   #|#  #  #|#######", PuzzleOutcome.Optimal, null)]
    public void Solve_SmallLevels_KnowsWhatCanBeDone(string rows, PuzzleOutcome outcome, int? moves)
    {
        var solution = PuzzleSolver.Solve(SokobanPuzzle.Parse(rows.Split('|')), s_ample);

        Assert.Equal(outcome, solution.Outcome);
        Assert.True(moves is null || moves == solution.Plan!.Count);
    }

    [Fact]
    public void Solve_Cancelled_Stops()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => PuzzleSolver.Solve(SokobanPuzzle.Of(Rooms.Make(new RoomShape(10, 10, 3), 1)[0]), s_ample, cancellation.Token));
    }

    [Fact]
    public void Solve_AFieldFullOfBoxes_EndsInTime()
    {
        // Chains through such a cluster are without number; the freeze check must not follow them all.
        string[] rows = [new('#', 16), "#@             #", .. Enumerable.Repeat("# $$$$$$...... #", 7), "#              #", new('#', 16)];

        var solution = PuzzleSolver.Solve(SokobanPuzzle.Parse(rows), new PuzzleBudget(TimeSpan.FromSeconds(1)));

        Assert.InRange(solution.Elapsed.TotalSeconds, 0, 60);
    }

    private static bool AgreesWithBreadthFirst(SokobanInstance room)
    {
        var puzzle = SokobanPuzzle.Of(room);
        var solution = PuzzleSolver.Solve(puzzle, s_ample);
        var shortest = SokobanSolver.FindShortest(room.Level, room.Start);
        return shortest is null
            ? solution.Outcome == PuzzleOutcome.NoSolution
            : solution.Outcome == PuzzleOutcome.Optimal && solution.Plan!.Count == shortest.Plan.Count
                && LurdPlan.Check(puzzle, LurdPlan.Write(puzzle, solution.Plan)) is { IsSolved: true } check && check.Moves == shortest.Plan.Count;
    }

    // A 7 × 7 hall with two pillars, two boxes and two targets anywhere.
    private static SokobanInstance Scatter(SplitMix64 random)
    {
        while (true)
        {
            var cells = Enumerable.Range(0, 49).Where(cell => cell / 7 is > 0 and < 6 && cell % 7 is > 0 and < 6).ToArray();
            random.Shuffle(cells);
            var board = Enumerable.Repeat('#', 49).ToArray();
            foreach (var (cell, at) in cells.Select((cell, at) => (cell, at)))
            {
                board[cell] = at switch { 0 => 'P', <= 2 => 'X', <= 4 => 'O', <= 6 => '#', _ => '_' };
            }

            var room = SokobanInstance.Parse(string.Join('\n', board.Chunk(7).Select(row => new string(row))));
            if (IsConnected(board))
            {
                return room;
            }
        }
    }

    private static bool IsConnected(char[] board)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>([Array.IndexOf(board, 'P')]);
        while (open.TryPop(out var cell))
        {
            if (board[cell] != '#' && seen.Add(cell))
            {
                foreach (var next in (int[])[cell - 7, cell + 7, cell - 1, cell + 1])
                {
                    open.Push(next);
                }
            }
        }

        return seen.Count == board.Count(symbol => symbol != '#');
    }
}
