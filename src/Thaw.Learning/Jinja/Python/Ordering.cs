namespace Thaw.Learning.Jinja.Python;

/// <summary>A stable sort with a comparison that may fail, which .NET's own would wrap.</summary>
internal static class Ordering
{
    /// <param name="compare">Null, for what has no order, counts as not smaller.</param>
    /// <param name="isReversed">Large before small; what is equal keeps its order also then.</param>
    public static List<T> Sort<T>(IReadOnlyList<T> items, Func<T, T, int?> compare, bool isReversed = false)
    {
        if (items.Count < 2)
        {
            return [.. items];
        }

        var middle = items.Count / 2;
        var left = Sort([.. items.Take(middle)], compare, isReversed);
        var right = Sort([.. items.Skip(middle)], compare, isReversed);
        var sorted = new List<T>(items.Count);
        for (int i = 0, j = 0; sorted.Count < items.Count;)
        {
            var takesRight = i == left.Count
                || (j < right.Count && (isReversed ? compare(left[i], right[j]) < 0 : compare(right[j], left[i]) < 0));
            sorted.Add(takesRight ? right[j++] : left[i++]);
        }

        return sorted;
    }
}
