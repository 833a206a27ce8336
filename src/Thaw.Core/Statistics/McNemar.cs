namespace Thaw.Core.Statistics;

/// <summary>The test of two models on the same instances.</summary>
public static class McNemar
{
    /// <summary>Two-sided p-value of the exact test: twice the smaller tail of Binomial(onlyA + onlyB, 1/2), at most 1.</summary>
    /// <remarks>McNemar, Psychometrika 12 (1947) 153, in the exact form. Without a discordant pair the p-value is 1.</remarks>
    /// <param name="onlyA">Instances that A solved and B did not.</param>
    public static double Exact(int onlyA, int onlyB)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyA);
        ArgumentOutOfRangeException.ThrowIfNegative(onlyB);
        var discordant = onlyA + onlyB;
        var tail = 0.0;

        // Logarithms, as 2^-n is 0 in double precision from 1,075 discordant pairs on.
        var logTerm = -discordant * Math.Log(2);
        for (var k = 0; k <= Math.Min(onlyA, onlyB); k++)
        {
            tail += Math.Exp(logTerm);
            logTerm += Math.Log((double)(discordant - k) / (k + 1));
        }

        return Math.Min(1, 2 * tail);
    }

    /// <summary>The same test where instances come in clusters: a cluster's difference may have either sign with equal chance, all of it at once.</summary>
    /// <remarks>
    /// The exact randomisation test (Fisher, The Design of Experiments (1935), section 21) of the sum of the differences, by its whole distribution.
    /// With one instance a cluster it is <see cref="Exact(int, int)"/>.
    /// </remarks>
    /// <param name="differences">For each cluster the instances that A alone solved, less those that B alone solved.</param>
    /// <returns>The two-sided p-value; 1 where all differences are 0.</returns>
    public static double Exact(IEnumerable<int> differences)
    {
        var sizes = differences.Where(difference => difference != 0).ToList();
        if (sizes.TrueForAll(size => Math.Abs(size) == 1))
        {
            return Exact(sizes.Count(size => size > 0), sizes.Count(size => size < 0));
        }

        var (observed, largest) = (Math.Abs(sizes.Sum()), sizes.Sum(Math.Abs));

        // The chance of each sum from -largest to largest.
        var chances = new double[(2 * largest) + 1];
        chances[largest] = 1;
        var reach = 0;
        foreach (var size in sizes.Select(Math.Abs))
        {
            reach += size;
            var next = new double[chances.Length];
            for (var sum = -reach; sum <= reach; sum++)
            {
                next[sum + largest] = (ChanceOf(sum - size) + ChanceOf(sum + size)) / 2;
            }

            chances = next;
        }

        return Math.Min(1, chances.Where((_, index) => Math.Abs(index - largest) >= observed).Sum());

        double ChanceOf(int sum) => Math.Abs(sum) <= largest ? chances[sum + largest] : 0;
    }
}
