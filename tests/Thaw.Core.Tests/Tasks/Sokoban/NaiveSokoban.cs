using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

/// <summary>The slow twin: Sokoban on characters, and distances by relaxing every edge until nothing changes.</summary>
internal static class NaiveSokoban
{
    public static string Step(string board, Direction direction)
    {
        var rows = board.Split('\n').Select(row => row.ToCharArray()).ToArray();
        var row = Array.FindIndex(rows, r => r.Contains('P') || r.Contains('S'));
        var column = Array.FindIndex(rows[row], c => c is 'P' or 'S');
        var (dr, dc) = direction switch
        {
            Direction.Up => (-1, 0),
            Direction.Down => (1, 0),
            Direction.Left => (0, -1),
            _ => (0, 1),
        };
        ref var here = ref rows[row][column];
        ref var ahead = ref rows[row + dr][column + dc];
        if (ahead is 'X' or '√')
        {
            ref var beyond = ref rows[row + dr + dr][column + dc + dc];
            if (beyond is not ('_' or 'O'))
            {
                return board;
            }

            beyond = beyond is 'O' ? '√' : 'X';
            ahead = ahead is '√' ? 'O' : '_';
        }

        if (ahead is '#')
        {
            return board;
        }

        ahead = ahead is 'O' ? 'S' : 'P';
        here = here is 'S' ? 'O' : '_';
        return string.Join('\n', rows.Select(r => new string(r)));
    }

    /// <summary>Moves to the goal for every board that play can reach from <paramref name="start"/>; null where there is no way.</summary>
    public static Dictionary<string, int?> Distances(string start)
    {
        var boards = new List<string> { start };
        var known = new HashSet<string>(boards);
        for (var i = 0; i < boards.Count; i++)
        {
            boards.AddRange(Enum.GetValues<Direction>().Select(d => Step(boards[i], d)).Where(known.Add));
        }

        var distances = boards.ToDictionary(board => board, board => board.Contains('X') ? (int?)null : 0);
        for (var hasChanged = true; hasChanged;)
        {
            hasChanged = false;
            foreach (var board in boards)
            {
                var best = Enum.GetValues<Direction>().Min(d => distances[Step(board, d)]) + 1;
                if (best < (distances[board] ?? int.MaxValue))
                {
                    distances[board] = best;
                    hasChanged = true;
                }
            }
        }

        return distances;
    }

    public static string Bare(string drawing) => drawing.Replace(" ", "").Replace("\t", "");
}
