namespace Thaw.Core.Tasks.Sokoban;

/// <summary>All positions that play can reach in a room. A solved one ends the play.</summary>
internal static class ReachableStates
{
    private const int Directions = 4;

    /// <returns>Null where there are more than <paramref name="maxStates"/>; 0 where the start is solved.</returns>
    public static double? DeadEndShareOrNull(SokobanInstance room, int maxStates)
    {
        var (states, next) = Explore(room, maxStates);
        if (states.Count > maxStates)
        {
            return null;
        }

        var solved = Enumerable.Range(0, states.Count).Where(index => room.Level.IsSolved(states[index])).ToList();
        var unsolved = states.Count - solved.Count;
        return unsolved == 0 ? 0 : (states.Count - CountLeadingTo(solved, states.Count, next)) / (double)unsolved;
    }

    // next[4 * state + direction] is where the move leads; a blocked one leads to where it started, and so does every move once the room is solved.
    private static (StateIndex States, List<int> Next) Explore(SokobanInstance room, int maxStates)
    {
        var (states, next) = (new StateIndex(), new List<int>());
        states.TryAdd(room.Start, out _);
        for (var index = 0; index < states.Count && states.Count <= maxStates; index++)
        {
            var isSolved = room.Level.IsSolved(states[index]);
            for (var direction = Direction.Up; direction <= Direction.Right; direction++)
            {
                var target = index;
                if (!isSolved)
                {
                    states.TryAdd(room.Level.Step(states[index], direction), out target);
                }

                next.Add(target);
            }
        }

        return (states, next);
    }

    // Backwards from the solved positions, over the moves listed by where they lead.
    private static int CountLeadingTo(List<int> solved, int states, List<int> next)
    {
        var first = new int[states + 1];
        foreach (var target in next)
        {
            first[target + 1]++;
        }

        for (var state = 0; state < states; state++)
        {
            first[state + 1] += first[state];
        }

        var (sources, filled) = (new int[next.Count], first.ToArray());
        for (var move = 0; move < next.Count; move++)
        {
            sources[filled[next[move]]++] = move / Directions;
        }

        var isLeading = new bool[states];
        var open = new Stack<int>(solved);
        solved.ForEach(state => isLeading[state] = true);
        var count = solved.Count;
        while (open.TryPop(out var state))
        {
            foreach (var source in sources.AsSpan(first[state]..first[state + 1]))
            {
                if (!isLeading[source])
                {
                    isLeading[source] = true;
                    count++;
                    open.Push(source);
                }
            }
        }

        return count;
    }
}
