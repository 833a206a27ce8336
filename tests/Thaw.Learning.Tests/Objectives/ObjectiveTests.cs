using Thaw.Learning.Objectives;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Objectives;

public sealed class ObjectiveTests
{
    private const int Tokens = 6;
    private const int Vocabulary = 24;

    // A difference quotient with h = 1e-5 errs by h² / 6 times the third derivative and by rounding / h: 1e-10 together.
    private const double Step = 1e-5;
    private const double Tolerance = 1e-8;

    private static readonly double[][] s_logits = Draw("logits", 1.5);
    private static readonly double[][] s_reference = Draw("reference", 1.5);
    private static readonly int[] s_targets = [3, 0, 23, 7, 7, 11];

    private static readonly Dictionary<string, IObjective> s_objectives = new()
    {
        ["nll"] = new NegativeLogLikelihood(),
        ["nll smoothed"] = new NegativeLogLikelihood(0.1),
        ["dft"] = new DynamicFineTuning(),
        ["dft floor"] = new DynamicFineTuning(0.1),
        ["aft"] = new FocalFineTuning(),
        ["aft squared"] = new FocalFineTuning(2),
        ["asft"] = new WeightedSum(new DynamicFineTuning(), (0.05, new KlToReference(KlDirection.Reverse))),
        ["eaft"] = new EntropyAdaptive(),
        ["eaft root"] = new EntropyAdaptive(0.5),
        ["psft"] = new ProximalFineTuning(),
        ["gem"] = new Gem(),
        ["gem logsigmoid"] = new Gem(form: GemForm.LogSigmoid),
        ["neg_p"] = new NegativeProbability(),
        ["neg_p tenth"] = new NegativeProbability(10),
        ["nll of likely tokens"] = new Thresholded(new NegativeLogLikelihood(), 0.02, 1),
        ["neg_p of unlikely tokens"] = new Thresholded(new NegativeProbability(), 0, 0.02),
        ["kl reverse"] = new KlToReference(KlDirection.Reverse),
        ["kl forward"] = new KlToReference(KlDirection.Forward),
    };

    public static TheoryData<string> Names => [.. LossTwins.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void TokenLosses_AndTheirGradient_AreThoseOfTheFormula(string name)
    {
        var twin = LossTwins.All[name];

        var (losses, gradients) = Measure(s_objectives[name], s_logits, s_reference);

        for (var n = 0; n < Tokens; n++)
        {
            var (z, y) = (s_logits[n], s_targets[n]);
            Assert.Equal(twin(z, z, s_reference[n], y), losses[n], Tolerance);
            Assert.All(Enumerable.Range(0, Vocabulary), v => Assert.Equal(
                (twin(Moved(z, v, Step), z, s_reference[n], y) - twin(Moved(z, v, -Step), z, s_reference[n], y)) / (2 * Step), gradients[n][v], Tolerance));
        }
    }

    // The factor by which a token's gradient of cross-entropy, π(v) − [v = y], is multiplied.
    [Theory]
    [InlineData("nll", 0, 1.0)]
    [InlineData("dft", 1, 1.0)]
    [InlineData("aft", -1, 1.0)]
    [InlineData("neg_p", 1, 1.0)]
    [InlineData("neg_p tenth", 10, 10.0)]
    public void TokenLosses_OfCrossEntropyWithAWeight_HaveItsGradientTimesTheWeight(string name, int power, double factor)
    {
        var (_, gradients) = Measure(s_objectives[name], s_logits, s_reference);

        for (var n = 0; n < Tokens; n++)
        {
            var p = LossTwins.P(s_logits[n]);
            var chosen = p[s_targets[n]];
            var weight = power < 0 ? 1 - chosen : (factor * Math.Pow(chosen, power)) + (name == "dft" ? 1e-4 : 0);
            Assert.All(Enumerable.Range(0, Vocabulary), v => Assert.Equal(
                weight * (p[v] - (v == s_targets[n] ? 1 : 0)), gradients[n][v], Tolerance));
        }
    }

    [Fact]
    public void Gem_Linear_HasTheGradientQMinusTarget()
    {
        var (_, gradients) = Measure(new Gem(), s_logits, s_reference);

        for (var n = 0; n < Tokens; n++)
        {
            var q = LossTwins.P([.. s_logits[n].Select(z => z / 0.7)]);
            Assert.All(Enumerable.Range(0, Vocabulary), v => Assert.Equal(q[v] - (v == s_targets[n] ? 1 : 0), gradients[n][v], Tolerance));
        }
    }

    [Theory]
    [InlineData(KlDirection.Forward)]
    [InlineData(KlDirection.Reverse)]
    public void KlToReference_OfTheSameModel_IsZeroAndHasNoGradient(KlDirection direction)
    {
        var (losses, gradients) = Measure(new KlToReference(direction), s_logits, s_logits);

        Assert.All(losses.Concat(gradients.SelectMany(g => g)), value => Assert.Equal(0, value, 1e-14));
    }

    // Claim 42 of the paper's facts, and what the classes say of themselves: none of these is another loss than cross-entropy here.
    [Fact]
    public void TokenLosses_AtTheirNeutralSetting_HaveTheGradientOfCrossEntropy()
    {
        var (plainLosses, plain) = Measure(new NegativeLogLikelihood(), s_logits, s_reference);
        (IObjective Objective, double[][] Reference, bool HasItsValue)[] neutral =
        [
            (new FocalFineTuning(0), s_reference, true),
            (new EntropyAdaptive(0), s_reference, true),
            (new ImportanceWeighted(), s_logits, true),
            (new ProximalFineTuning(), s_logits, false),
            (new Gem(1), s_reference, false),
            (new Thresholded(new NegativeLogLikelihood(), 0, 1), s_reference, true),
            (new WeightedSum(new NegativeLogLikelihood(), (0.5, new KlToReference(KlDirection.Reverse))), s_logits, true),
        ];

        foreach (var (objective, reference, hasItsValue) in neutral)
        {
            var (losses, gradients) = Measure(objective, s_logits, reference);

            // Sums of at most 24 float64 numbers near 1.
            Assert.All(gradients.SelectMany(g => g).Zip(plain.SelectMany(g => g)), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
            Assert.All(losses.Zip(plainLosses), pair => Assert.True(!hasItsValue || Math.Abs(pair.First - pair.Second) < 1e-13, objective.GetType().Name));
        }
    }

    [Fact]
    public void Thresholded_HereHasTokensOnBothSides() =>
        Assert.Equal(2, s_logits.Select((z, n) => LossTwins.P(z)[s_targets[n]] < 0.02).Distinct().Count());

    [Fact]
    public void Psft_OfATokenGrownBeyondTheUpperBound_HasNoGradient()
    {
        // The first token is far likelier than under the old weights, the second far less likely: only the first is held.
        double[][] old = [[.. s_logits[0]], [.. s_logits[1]], .. s_logits[2..]];
        old[0][s_targets[0]] -= 3;
        old[1][s_targets[1]] += 3;

        var (losses, gradients) = Measure(new ProximalFineTuning(), s_logits, old);

        Assert.Equal(-1.28, losses[0], Tolerance);
        Assert.All(gradients[0], value => Assert.Equal(0, value));
        Assert.InRange(losses[1], -0.8, 0);
        Assert.Contains(gradients[1], value => Math.Abs(value) > 1e-3);
    }

    [Fact]
    public void ImportanceWeighted_WeighsWholeSequencesWithinTheClip()
    {
        int[] sequences = [0, 0, 1, 1, 1, 2];
        double[] Log(double[][] z) => [.. z.Select((row, n) => LossTwins.Log(row)[s_targets[n]])];
        var (log, reference) = (Log(s_logits), Log(s_reference));

        var (losses, _) = Measure(new ImportanceWeighted(3), s_logits, s_reference, sequences);

        for (var n = 0; n < Tokens; n++)
        {
            var own = Enumerable.Range(0, Tokens).Where(i => sequences[i] == sequences[n]);
            var weight = Math.Clamp(Math.Exp(own.Sum(i => log[i] - reference[i])), 1 / 3.0, 3);
            Assert.Equal(-weight * log[n], losses[n], Tolerance);
        }
    }

    [Fact]
    public void WeightedSum_OfTwoReferences_IsRefused() => Assert.Throws<ArgumentException>(
        () => new WeightedSum(new ProximalFineTuning(), (0.1, new KlToReference(KlDirection.Forward))));

    private static (double[] Losses, double[][] Gradients) Measure(
        IObjective objective, double[][] logits, double[][] reference, int[]? sequences = null)
    {
        using var scope = new TensorScope();
        var z = Matrix(logits).RequireGrad();
        var targets = Tensor.FromSpan([.. s_targets.Select(y => (long)y)], Tokens);
        var losses = objective.TokenLosses(new ScoredTokens(z, targets, Matrix(reference), sequences));
        losses.Sum().Backward();
        return (losses.ToDoubles(), [.. z.GradientOrNull()!.ToDoubles().Chunk(Vocabulary)]);
    }

    private static Tensor Matrix(double[][] rows) => Tensor.FromSpan([.. rows.SelectMany(row => row)], Tokens, Vocabulary);

    private static double[] Moved(double[] z, int place, double by)
    {
        double[] moved = [.. z];
        moved[place] += by;
        return moved;
    }

    private static double[][] Draw(string label, double deviation) =>
        [.. RandomNumbers.Normal(label, Tokens * Vocabulary).Select(x => x * deviation).Chunk(Vocabulary)];
}
