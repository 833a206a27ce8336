namespace Thaw.Core.Text;

/// <summary>Finds the known name that a misspelt one most likely stands for.</summary>
public static class NearestName
{
    /// <summary>The known name with the fewest edits (insert, delete, replace a character) from <paramref name="name"/>.</summary>
    /// <remarks>Case does not count, nor does - against _. Among equals the first in the order of <paramref name="known"/>.</remarks>
    /// <returns>Null only where <paramref name="known"/> is empty.</returns>
    public static string? FindOrNull(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        return known.MinBy(candidate => Distance(Normal(name), Normal(candidate)));
    }

    /// <summary>A sentence part for errors: <c>unknown split 'numercal'; the nearest known one is 'numerical'</c>.</summary>
    /// <param name="kind">What is named: <c>split</c>.</param>
    public static string Describe(string kind, string name, IEnumerable<string> known) =>
        FindOrNull(name, known) is { } nearest
            ? $"unknown {kind} '{name}'; the nearest known one is '{nearest}'"
            : $"unknown {kind} '{name}'";

    /// <summary>Levenshtein distance, in time |a|·|b| and memory |b|.</summary>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }

    private static string Normal(string name) => name.Replace('_', '-').ToUpperInvariant();
}
