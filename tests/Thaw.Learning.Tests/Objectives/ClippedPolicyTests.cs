using Thaw.Learning.Objectives;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Objectives;

public sealed class ClippedPolicyTests
{
    private const int Tokens = 6;
    private const int Vocabulary = 8;
    private const double Step = 1e-5;
    private const double Tolerance = 1e-8;

    private static readonly int[] s_targets = [1, 2, 3, 4, 5, 6];
    private static readonly int[] s_sequences = [0, 0, 1, 1, 1, 2];
    private static readonly double[] s_advantages = [1.2, 1.2, -0.7, -0.7, -0.7, -0.7];
    private static readonly double[][] s_logits = Draw("logits");
    private static readonly double[][] s_reference = Draw("reference");

    // Ratios on both sides of both bounds, and one beyond the dual clip: 1.5, 1.0, 1.5, 0.7, 4, 0.9.
    private static readonly double[] s_old = [.. s_logits.Select((z, n) => LossTwins.Log(z)[s_targets[n]] - Math.Log(new[] { 1.5, 1.0, 1.5, 0.7, 4, 0.9 }[n]))];

    public static TheoryData<ClippedPolicyOptions> Forms =>
    [
        new ClippedPolicyOptions(),
        new ClippedPolicyOptions(DualClip: 0),
        new ClippedPolicyOptions(ClipHigh: 0.6),
        new ClippedPolicyOptions(Beta: 0.1),
        new ClippedPolicyOptions(Level: RatioLevel.Sequence),
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void TokenLosses_AndTheirGradient_AreThoseOfTheFormula(ClippedPolicyOptions options)
    {
        var (losses, gradients) = Measure(options);

        Assert.All(Twin(options, s_logits).Zip(losses), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
        for (var n = 0; n < Tokens; n++)
        {
            for (var v = 0; v < Vocabulary; v++)
            {
                Assert.Equal((Twin(options, Moved(n, v, Step)).Sum() - Twin(options, Moved(n, v, -Step)).Sum()) / (2 * Step), gradients[n][v], Tolerance);
            }
        }
    }

    [Fact]
    public void TokenLosses_OfAClippedToken_HaveNoGradient()
    {
        var (_, gradients) = Measure(new ClippedPolicyOptions());

        // Good and risen above 1.2, bad and sunk below 0.8, and bad and risen above 3; the third, bad and risen to 1.5, is pushed down.
        Assert.All(gradients[0].Concat(gradients[3]).Concat(gradients[4]), value => Assert.Equal(0, value));
        Assert.Contains(gradients[2], value => Math.Abs(value) > 1e-3);
    }

    [Fact]
    public void TokenLosses_OnFreshSamples_AreThePolicyGradient()
    {
        using var scope = new TensorScope();
        double[] now = [.. s_logits.Select((z, n) => LossTwins.Log(z)[s_targets[n]])];
        var (_, gradients) = Measure(new ClippedPolicyOptions(), now);

        for (var n = 0; n < Tokens; n++)
        {
            var p = LossTwins.P(s_logits[n]);
            Assert.All(Enumerable.Range(0, Vocabulary), v => Assert.Equal(s_advantages[n] * (p[v] - (v == s_targets[n] ? 1 : 0)), gradients[n][v], Tolerance));
        }
    }

    [Fact]
    public void TokenLosses_OfDemonstrations_Throw()
    {
        using var scope = new TensorScope();
        var tokens = new ScoredTokens(Matrix(s_logits), Targets());

        Assert.Throws<InvalidOperationException>(() => new ClippedPolicy(new ClippedPolicyOptions()).TokenLosses(tokens));
    }

    private static double[] Twin(ClippedPolicyOptions options, double[][] logits)
    {
        double[] log = [.. logits.Select((z, n) => LossTwins.Log(z)[s_targets[n]])];
        return [.. log.Select((own, n) =>
        {
            var others = Enumerable.Range(0, Tokens).Where(i => s_sequences[i] == s_sequences[n]);
            var r = Math.Exp(options.Level == RatioLevel.Token ? own - s_old[n] : others.Average(i => log[i] - s_old[i]));
            var a = s_advantages[n];
            var loss = -Math.Min(r * a, Math.Clamp(r, 1 - options.ClipLow, 1 + options.ClipHigh) * a);
            loss = a < 0 && options.DualClip > 0 ? Math.Min(loss, -options.DualClip * a) : loss;
            var drift = LossTwins.Log(s_reference[n])[s_targets[n]] - own;
            return loss + (options.Beta * (Math.Exp(drift) - drift - 1));
        })];
    }

    private static (double[] Losses, double[][] Gradients) Measure(ClippedPolicyOptions options, double[]? old = null)
    {
        using var scope = new TensorScope();
        var z = Matrix(s_logits).RequireGrad();
        var tokens = new ScoredTokens(z, Targets(), Matrix(s_reference), s_sequences)
        {
            Rollout = new RolloutTokens(Tensor.FromSpan(s_advantages, Tokens), Tensor.FromSpan(old ?? s_old, Tokens)),
        };
        var losses = new ClippedPolicy(options).TokenLosses(tokens);
        losses.Sum().Backward();
        return (losses.ToDoubles(), [.. z.GradientOrNull()!.ToDoubles().Chunk(Vocabulary)]);
    }

    private static Tensor Targets() => Tensor.FromSpan([.. s_targets.Select(y => (long)y)], Tokens);

    private static Tensor Matrix(double[][] rows) => Tensor.FromSpan([.. rows.SelectMany(row => row)], Tokens, Vocabulary);

    private static double[][] Moved(int token, int place, double by)
    {
        double[][] moved = [.. s_logits.Select(row => row.ToArray())];
        moved[token][place] += by;
        return moved;
    }

    private static double[][] Draw(string label) => [.. RandomNumbers.Normal(label, Tokens * Vocabulary).Select(x => (double)x).Chunk(Vocabulary)];
}
