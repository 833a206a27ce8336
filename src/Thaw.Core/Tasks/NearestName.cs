namespace Thaw.Core.Tasks;

/// <summary>What a misspelt name was probably meant to be.</summary>
public static class NearestName
{
    /// <summary>The candidate with the fewest edits (insert, delete, replace) from <paramref name="name"/>, ignoring case; the first among equals.</summary>
    /// <exception cref="InvalidOperationException">There are no candidates.</exception>
    public static string Of(string name, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => Edits(name.ToLowerInvariant(), candidate.ToLowerInvariant()))
        ?? throw new InvalidOperationException("There are no names to choose from.");

    // Levenshtein, one row of the table at a time.
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
