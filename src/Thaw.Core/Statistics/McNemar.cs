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
}
