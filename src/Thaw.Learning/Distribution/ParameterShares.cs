using Thaw.Torch;

namespace Thaw.Learning.Distribution;

/// <summary>Which rank keeps the optimizer's state of which parameter.</summary>
internal static class ParameterShares
{
    /// <summary>Whole parameters, the largest first, each to the rank with the fewest weights so far.</summary>
    /// <returns>The rank of each parameter; a pure function of their sizes.</returns>
    public static int[] Owners(IReadOnlyList<Parameter> parameters, int count)
    {
        var (owners, weights) = (new int[parameters.Count], new long[count]);
        foreach (var i in Enumerable.Range(0, parameters.Count).OrderByDescending(i => parameters[i].Value.ElementCount))
        {
            owners[i] = Array.IndexOf(weights, weights.Min());
            weights[owners[i]] += parameters[i].Value.ElementCount;
        }

        return owners;
    }
}
