namespace Thaw.Learning.Objectives;

/// <summary>Log-probabilities of the completions of some pairs, one entry a pair.</summary>
/// <param name="Chosen">log π.</param>
/// <param name="ChosenReference">log π_ref.</param>
public sealed record PairMeasures(double[] Chosen, double[] ChosenReference, double[] Rejected, double[] RejectedReference)
{
    internal static PairMeasures Of(double[] log, double[] reference, double[] signs, int[] pairs)
    {
        var sums = new PairMeasures(new double[pairs[^1] + 1], new double[pairs[^1] + 1], new double[pairs[^1] + 1], new double[pairs[^1] + 1]);
        for (var n = 0; n < log.Length; n++)
        {
            var (own, other) = signs[n] > 0 ? (sums.Chosen, sums.ChosenReference) : (sums.Rejected, sums.RejectedReference);
            own[pairs[n]] += log[n];
            other[pairs[n]] += reference[n];
        }

        return sums;
    }
}
