namespace Thaw.Core.Tasks.Calculator;

public enum Key
{
    Twice,
    More,
    Less,
}

/// <summary>A calculator with three keys, whose display shows 0 to 999.</summary>
public static class CalculatorRules
{
    public const int Greatest = 999;

    /// <returns>The next display; the same where it would leave 0 to 999.</returns>
    public static int Press(int display, Key key)
    {
        var next = key switch
        {
            Key.Twice => display * 2,
            Key.More => display + 3,
            _ => display - 1,
        };
        return next is >= 0 and <= Greatest ? next : display;
    }

    /// <summary>A shortest way, by breadth-first search; among equally short ones the first in the order of the keys.</summary>
    public static IReadOnlyList<Key> FindShortest(int start, int target)
    {
        var ways = new Dictionary<int, Key[]> { [start] = [] };
        var open = new Queue<int>([start]);
        while (!ways.ContainsKey(target))
        {
            var display = open.Dequeue();
            foreach (var key in Enum.GetValues<Key>())
            {
                if (ways.TryAdd(Press(display, key), [.. ways[display], key]))
                {
                    open.Enqueue(Press(display, key));
                }
            }
        }

        return ways[target];
    }
}
