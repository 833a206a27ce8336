using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>−log σ(β (Δ − Δ_ref)), Δ = log π(chosen) − log π(rejected): direct preference optimisation, and two of its relatives.</summary>
/// <remarks>
/// <c>sigmoid</c>: arXiv 2305.18290, eq. 7; with label smoothing ε, −(1 − ε) log σ(z) − ε log σ(−z) (cDPO). <c>hinge</c>: max(0, 1 − z)
/// (SLiC, arXiv 2305.10425, as TRL has it). <c>ipo</c>: (h − 1/(2β))², h the same difference of log-probabilities a token instead of a
/// completion (arXiv 2310.12036, eq. 17, and TRL). A token's advantage is +1 in the chosen and −1 in the rejected completion of a
/// pair, which stand in this order, and its old log-probability is the reference's. The loss of a pair is spread evenly over its tokens.
/// </remarks>
/// <param name="measure">Told of every pair, from any thread.</param>
public sealed class DirectPreference(DirectPreferenceOptions options, Action<PairMeasures>? measure = null) : IObjective
{
    /// <exception cref="InvalidOperationException">The tokens are demonstrations: they belong to no pair.</exception>
    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        var rollout = tokens.Rollout ?? throw new InvalidOperationException("A preference objective compares pairs of completions.");
        var signs = rollout.AdvantagesN.ToDoubles();
        var pairs = PairsOf(signs);
        var lengths = pairs.Zip(signs).CountBy(place => place).ToDictionary();
        double[] shares = [.. pairs.Zip(signs, (pair, sign) => options.Loss == PreferenceLoss.Ipo ? sign / lengths[(pair, sign)] : sign)];
        var placesN = Tensor.FromSpan([.. pairs.Select(pair => (long)pair)], pairs.Length).To(tokens.LogN.Device, DType.Int64);
        var gainsN = (tokens.LogN - rollout.OldLogN) * Vector(shares, tokens.LogN);
        var gainP = Tensor.Zeros([pairs[^1] + 1], tokens.LogN.DType, tokens.LogN.Device).IndexAdd(0, placesN, gainsN);
        var sizes = pairs.CountBy(pair => pair).ToDictionary();
        measure?.Invoke(PairMeasures.Of(tokens.LogN.Detach().ToDoubles(), rollout.OldLogN.ToDoubles(), signs, pairs));
        return scope.Keep(Losses(gainP).IndexSelect(0, placesN) * Vector([.. pairs.Select(pair => 1.0 / sizes[pair])], tokens.LogN));
    }

    private Tensor Losses(Tensor gainP) => options.Loss switch
    {
        PreferenceLoss.Sigmoid => (MinusLogSigmoid(gainP * options.Beta) * (1 - options.LabelSmoothing)) + (MinusLogSigmoid(gainP * -options.Beta) * options.LabelSmoothing),
        PreferenceLoss.Hinge => -((gainP * options.Beta) + -1.0).Minimum(Tensor.Zeros([1], gainP.DType, gainP.Device)),
        _ => (gainP + (-1 / (2 * options.Beta))).Square(),
    };

    // log(1 + e^-z) = max(-z, 0) + log(1 + e^-|z|), which no z overflows.
    private static Tensor MinusLogSigmoid(Tensor z) =>
        -z.Minimum(Tensor.Zeros([1], z.DType, z.Device)) + ((-z.Abs()).Exp() + 1.0).Log();

    private static Tensor Vector(double[] values, Tensor like) => Tensor.FromSpan(values, values.Length).To(like.Device, like.DType);

    // A pair ends where a rejected completion is followed by a chosen one.
    private static int[] PairsOf(double[] signs)
    {
        var pairs = new int[signs.Length];
        for (var n = 1; n < signs.Length; n++)
        {
            pairs[n] = pairs[n - 1] + (signs[n - 1] < 0 && signs[n] > 0 ? 1 : 0);
        }

        return pairs;
    }
}

/// <param name="Beta">How strongly the reference holds.</param>
/// <param name="LabelSmoothing">Share of pairs that are taken to be the wrong way round; of <see cref="PreferenceLoss.Sigmoid"/> alone.</param>
public sealed record DirectPreferenceOptions(double Beta = 0.1, PreferenceLoss Loss = PreferenceLoss.Sigmoid, double LabelSmoothing = 0.0);

/// <summary>Named as in TRL's <c>loss_type</c>.</summary>
public enum PreferenceLoss
{
    Sigmoid,
    Hinge,
    Ipo,
}
