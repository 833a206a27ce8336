using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban.Puzzles;

namespace Thaw.Benchmarks.Tasks;

/// <summary>Rooms that no generator of the paper makes: walls strewn over 10×10 cells, four boxes pulled off their targets at random.</summary>
internal static class StrewnRoom
{
    private const int Side = 10;
    private const int Boxes = 4;
    private const int LeastFloor = 30;
    private const int Moves = 3000;
    private const double PullProbability = 0.7;
    private static readonly int[] s_ways = [-Side, Side, -1, 1];

    public static SokobanPuzzle Make(SplitMix64 random, double wallShare)
    {
        while (true)
        {
            if (Floor(random, wallShare) is { } floor && Pull(random, floor) is { } room)
            {
                return SokobanPuzzle.Parse(room);
            }
        }
    }

    // One connected part of the floor; all else is wall. Null where it is small.
    private static HashSet<int>? Floor(SplitMix64 random, double wallShare)
    {
        var free = Enumerable.Range(0, Side * Side)
            .Where(cell => cell / Side is > 0 and < Side - 1 && cell % Side is > 0 and < Side - 1 && !random.NextBool(wallShare)).ToHashSet();
        var floor = new HashSet<int> { free.First() };
        var open = new Stack<int>(floor);
        while (open.TryPop(out var cell))
        {
            foreach (var next in s_ways.Select(way => cell + way).Where(next => free.Contains(next) && floor.Add(next)))
            {
                open.Push(next);
            }
        }

        return floor.Count >= LeastFloor ? floor : null;
    }

    // A random walk backwards. Of the positions with no target covered, the one with most distance and most changes of the box.
    private static string[]? Pull(SplitMix64 random, HashSet<int> floor)
    {
        int[] cells = [.. floor.Order()];
        random.Shuffle(cells);
        var (targets, boxes, player) = (cells[..Boxes], cells[..Boxes], cells[Boxes]);
        var (changes, last, bestScore) = (0, -1, 0);
        string[]? best = null;
        for (var move = 0; move < Moves; move++)
        {
            var way = random.Pick(s_ways);
            if (!floor.Contains(player + way) || boxes.Contains(player + way))
            {
                continue;
            }

            var box = Array.IndexOf(boxes, player - way);
            if (box >= 0 && random.NextBool(PullProbability))
            {
                boxes[box] = player;
                (changes, last) = (box == last ? changes : changes + 1, box);
            }

            player += way;
            var score = targets.Contains(player) || boxes.Any(targets.Contains) ? 0 : (1 + Math.Min(changes, 20)) * boxes.Zip(targets, Distance).Sum();
            if (score > bestScore)
            {
                (bestScore, best) = (score, Draw(floor, targets, boxes, player));
            }
        }

        return best;
    }

    private static int Distance(int one, int other) => Math.Abs((one / Side) - (other / Side)) + Math.Abs((one % Side) - (other % Side));

    private static string[] Draw(HashSet<int> floor, int[] targets, int[] boxes, int player) =>
    [
        .. Enumerable.Range(0, Side).Select(row => string.Concat(Enumerable.Range(row * Side, Side).Select(cell =>
            !floor.Contains(cell) ? '#' : cell == player ? '@' : boxes.Contains(cell) ? '$' : targets.Contains(cell) ? '.' : ' '))),
    ];
}
