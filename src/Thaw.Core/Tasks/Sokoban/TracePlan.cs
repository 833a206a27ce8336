using System.Text;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>A plan as a person would tell it: runs of pushes of one box in one direction, and the walks between them.</summary>
internal sealed class TracePlan
{
    private readonly IReadOnlyList<Run> _runs;
    private readonly Dictionary<int, int> _lastCells;

    private TracePlan(IReadOnlyList<Run> runs, Dictionary<int, int> lastCells) => (_runs, _lastCells) = (runs, lastCells);

    public static TracePlan Of(SokobanInstance room, IReadOnlyList<Direction> plan)
    {
        var (runs, state, isWalking) = (new List<Run>(), room.Start, true);
        // Which box a cell holds, by where the box stood first.
        var boxAt = new Dictionary<int, int>();
        for (var boxes = room.Start.Boxes; boxes != 0; boxes &= boxes - 1)
        {
            var cell = (int)UInt128.TrailingZeroCount(boxes);
            boxAt.Add(cell, cell);
        }

        var walked = false;
        foreach (var move in plan)
        {
            var next = room.Level.Step(state, move);
            if (next.Boxes == state.Boxes)
            {
                (isWalking, walked) = (true, true);
            }
            else
            {
                var (from, to) = ((int)UInt128.TrailingZeroCount(state.Boxes & ~next.Boxes), (int)UInt128.TrailingZeroCount(next.Boxes & ~state.Boxes));
                boxAt.Remove(from, out var box);
                boxAt.Add(to, box);
                if (!isWalking && runs[^1].Box == box && runs[^1].Direction == move)
                {
                    runs[^1] = runs[^1] with { To = to };
                }
                else
                {
                    runs.Add(new Run(box, walked, state.Player, from, to, move));
                }

                (isWalking, walked) = (false, false);
            }

            state = next;
        }

        return new TracePlan(runs, boxAt.ToDictionary(pair => pair.Value, pair => pair.Key));
    }

    /// <summary><c>Plan: go to (3,2) to stand behind the box at (3,3), push it to (3,5), a target; …</c></summary>
    /// <remarks>The reason for a run of pushes is the target it reaches, or the one that its box reaches in the end.</remarks>
    public string Write(SokobanLevel level)
    {
        var text = new StringBuilder("Plan: ");
        foreach (var run in _runs)
        {
            text.Append(text.Length > "Plan: ".Length ? "; " : "");
            text.Append(run.HasWalk
                ? $"go to {SokobanTrace.Cell(level, run.Stand)} to stand behind the box at {SokobanTrace.Cell(level, run.From)}, push it to {SokobanTrace.Cell(level, run.To)}"
                : $"push the box at {SokobanTrace.Cell(level, run.From)} to {SokobanTrace.Cell(level, run.To)}");
            var last = _lastCells[run.Box];
            text.Append(last == run.To ? ", a target" : $", on its way to the target at {SokobanTrace.Cell(level, last)}");
        }

        return text.Append('.').ToString();
    }

    /// <param name="Box">Where the box stood at the start of the plan.</param>
    /// <param name="Stand">Where the player stands before the first push of the run.</param>
    private sealed record Run(int Box, bool HasWalk, int Stand, int From, int To, Direction Direction);
}
