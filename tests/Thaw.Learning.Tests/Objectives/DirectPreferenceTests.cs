using Thaw.Learning.Objectives;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Objectives;

public sealed class DirectPreferenceTests
{
    private const int Tokens = 9;
    private const int Vocabulary = 7;

    // Central differences in float64: their own error is about Step² times a third derivative near 1.
    private const double Step = 1e-5;
    private const double Tolerance = 1e-8;

    private static readonly int[] s_targets = [1, 2, 3, 4, 5, 6, 0, 1, 2];

    // Two pairs: chosen of 2 and 1 tokens, rejected of 3 and 3.
    private static readonly double[] s_signs = [1, 1, -1, -1, -1, 1, -1, -1, -1];
    private static readonly int[] s_pairs = [0, 0, 0, 0, 0, 1, 1, 1, 1];
    private static readonly double[][] s_logits = [.. RandomNumbers.Normal("dpo", Tokens * Vocabulary).Select(x => 2.0 * x).Chunk(Vocabulary)];
    private static readonly double[] s_reference = [.. RandomNumbers.Normal("dpo/reference", Tokens).Select(x => -1.5 + (0.3 * x))];

    public static TheoryData<DirectPreferenceOptions> Forms =>
    [
        new DirectPreferenceOptions(),
        new DirectPreferenceOptions(Beta: 0.7),
        new DirectPreferenceOptions(Beta: 0.7, LabelSmoothing: 0.2),
        new DirectPreferenceOptions(Beta: 0.3, Loss: PreferenceLoss.Hinge),
        new DirectPreferenceOptions(Beta: 0.5, Loss: PreferenceLoss.Ipo),
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void TokenLosses_AndTheirGradient_AreThoseOfTheFormula(DirectPreferenceOptions options)
    {
        var (losses, gradients) = Measure(options);

        Assert.Equal(Twin(options, s_logits), losses.Sum(), Tolerance);
        for (var n = 0; n < Tokens; n++)
        {
            for (var v = 0; v < Vocabulary; v++)
            {
                Assert.Equal((Twin(options, Moved(n, v, Step)) - Twin(options, Moved(n, v, -Step))) / (2 * Step), gradients[n][v], Tolerance);
            }
        }
    }

    // arXiv 2305.18290, section 4: the gradient is -beta sigma(-z) times that of log pi(chosen) - log pi(rejected).
    [Fact]
    public void TokenLosses_Sigmoid_HaveTheGradientOfThePaper()
    {
        const double beta = 0.4;
        var (_, gradients) = Measure(new DirectPreferenceOptions(beta));
        var margins = Margins(s_logits, shares: false);

        for (var n = 0; n < Tokens; n++)
        {
            var weight = -beta / (1 + Math.Exp(beta * margins[s_pairs[n]])) * s_signs[n];
            var p = LossTwins.P(s_logits[n]);
            Assert.All(Enumerable.Range(0, Vocabulary), v => Assert.Equal(weight * ((v == s_targets[n] ? 1 : 0) - p[v]), gradients[n][v], Tolerance));
        }
    }

    [Fact]
    public void TokenLosses_OfGreatMargins_AreFinite()
    {
        var (losses, gradients) = Measure(new DirectPreferenceOptions(Beta: 1e4));

        Assert.All(losses.Concat(gradients.SelectMany(row => row)), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void TokenLosses_WhatTheyMeasure_IsEachPairsLogProbabilities()
    {
        PairMeasures? seen = null;
        Measure(new DirectPreferenceOptions(), measures => seen = measures);
        double[] log = [.. s_logits.Select((z, n) => LossTwins.Log(z)[s_targets[n]])];

        Assert.Equal(log[0] + log[1], seen!.Chosen[0], 1e-12);
        Assert.Equal(log[6] + log[7] + log[8], seen.Rejected[1], 1e-12);
        Assert.Equal(s_reference[2] + s_reference[3] + s_reference[4], seen.RejectedReference[0], 1e-12);
        Assert.Equal(s_reference[5], seen.ChosenReference[1], 1e-12);
    }

    [Fact]
    public void TokenLosses_OfDemonstrations_Throw()
    {
        using var scope = new TensorScope();
        var tokens = new ScoredTokens(Matrix(s_logits), Targets());

        Assert.Throws<InvalidOperationException>(() => new DirectPreference(new DirectPreferenceOptions()).TokenLosses(tokens));
    }

    private static double Twin(DirectPreferenceOptions options, double[][] logits) => Margins(logits, options.Loss == PreferenceLoss.Ipo).Sum(h =>
    {
        var z = options.Beta * h;
        return options.Loss switch
        {
            PreferenceLoss.Sigmoid => ((1 - options.LabelSmoothing) * Math.Log(1 + Math.Exp(-z))) + (options.LabelSmoothing * Math.Log(1 + Math.Exp(z))),
            PreferenceLoss.Hinge => Math.Max(0, 1 - z),
            _ => Math.Pow(h - (1 / (2 * options.Beta)), 2),
        };
    });

    private static double[] Margins(double[][] logits, bool shares) => [.. Enumerable.Range(0, 2).Select(pair => Side(logits, pair, 1, shares) - Side(logits, pair, -1, shares))];

    private static double Side(double[][] logits, int pair, double sign, bool shares)
    {
        var own = Enumerable.Range(0, Tokens).Where(n => s_pairs[n] == pair && s_signs[n] == sign).ToList();
        var sum = own.Sum(n => LossTwins.Log(logits[n])[s_targets[n]] - s_reference[n]);
        return shares ? sum / own.Count : sum;
    }

    private static (double[] Losses, double[][] Gradients) Measure(DirectPreferenceOptions options, Action<PairMeasures>? measure = null)
    {
        using var scope = new TensorScope();
        var z = Matrix(s_logits).RequireGrad();
        var tokens = new ScoredTokens(z, Targets()) { Rollout = new RolloutTokens(Tensor.FromSpan(s_signs, Tokens), Tensor.FromSpan(s_reference, Tokens)) };
        var losses = new DirectPreference(options, measure).TokenLosses(tokens);
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
}
