namespace Thaw.Learning.Tests.Objectives;

/// <summary>The formulas of the objectives in plain doubles, for one token, written down a second time.</summary>
/// <remarks>Each takes the logits z, and z0 in the places where the formula has its gradient stopped: there a difference quotient must not move.</remarks>
internal static class LossTwins
{
    public delegate double Loss(double[] z, double[] z0, double[] reference, int y);

    public static Dictionary<string, Loss> All { get; } = new()
    {
        ["nll"] = (z, _, _, y) => -Log(z)[y],
        ["nll smoothed"] = (z, _, _, y) => (-0.9 * Log(z)[y]) - (0.1 * Log(z).Average()),
        ["dft"] = (z, z0, _, y) => -(1e-4 + P(z0)[y]) * Log(z)[y],
        ["dft floor"] = (z, z0, _, y) => -(0.1 + P(z0)[y]) * Log(z)[y],
        ["aft"] = (z, z0, _, y) => -(1 - P(z0)[y]) * Log(z)[y],
        ["aft squared"] = (z, z0, _, y) => -Math.Pow(1 - P(z0)[y], 2) * Log(z)[y],
        ["asft"] = (z, z0, r, y) => (-(1e-4 + P(z0)[y]) * Log(z)[y]) + (0.05 * Kl(Log(z), Log(r))),
        ["eaft"] = (z, z0, _, y) => -(TopEntropy(z0) / 3) * Log(z)[y],
        ["eaft root"] = (z, z0, _, y) => -Math.Sqrt(TopEntropy(z0) / 3) * Log(z)[y],
        ["psft"] = (z, _, r, y) => -Math.Min(Ratio(z, r, y), Math.Clamp(Ratio(z, r, y), 0.8, 1.28)),
        ["gem"] = (z, z0, _, y) => P([.. z0.Select(v => v / 0.7)]).Select((q, v) => q * (Log(z)[v] - Log(z)[y])).Sum(),
        ["gem logsigmoid"] = (z, z0, _, y) => P([.. z0.Select(v => v / 0.7)])
            .Select((q, v) => q * (Log(z)[v] - Log(z)[y]) / (1 + Math.Exp(-0.01 * (z0[v] - z0[y])))).Sum(),
        ["neg_p"] = (z, _, _, y) => -P(z)[y],
        ["neg_p tenth"] = (z, _, _, y) => -Math.Pow(P(z)[y], 10),
        ["nll of likely tokens"] = (z, z0, _, y) => P(z0)[y] >= 0.02 ? -Log(z)[y] : 0,
        ["neg_p of unlikely tokens"] = (z, z0, _, y) => P(z0)[y] <= 0.02 ? -P(z)[y] : 0,
        ["kl reverse"] = (z, _, r, _) => Kl(Log(z), Log(r)),
        ["kl forward"] = (z, _, r, _) => Kl(Log(r), Log(z)),
    };

    public static double[] Log(double[] z)
    {
        var total = Math.Log(z.Sum(v => Math.Exp(v - z.Max()))) + z.Max();
        return [.. z.Select(v => v - total)];
    }

    public static double[] P(double[] z) => [.. Log(z).Select(Math.Exp)];

    private static double Ratio(double[] z, double[] reference, int y) => Math.Exp(Log(z)[y] - Log(reference)[y]);

    private static double Kl(double[] log, double[] other) => log.Zip(other, (a, b) => Math.Exp(a) * (a - b)).Sum();

    private static double TopEntropy(double[] z) => P([.. z.OrderDescending().Take(20)]).Sum(p => -p * Math.Log(p));
}
