using Thaw.Learning.Grpo;
using Thaw.Learning.Models;
using Thaw.Learning.Objectives;
using Thaw.Learning.Tests.Objectives;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Grpo;

/// <summary>From sampled completions to the loss of a step: the trainer's own way against every formula in doubles, row by row and without any sharing.</summary>
public sealed class SampledLossTests
{
    private const int Prompt = 5;
    private static readonly int[] s_lengths = [6, 7, 4, 1, 5, 3];

    public static TheoryData<GrpoLoss, double, double, RatioLevel> Cases
    {
        get
        {
            var data = new TheoryData<GrpoLoss, double, double, RatioLevel>();
            foreach (var loss in Enum.GetValues<GrpoLoss>())
            {
                data.Add(loss, 0, 1, RatioLevel.Token);
                data.Add(loss, 0.3, 1, RatioLevel.Token);
                data.Add(loss, 0.3, 0.6, RatioLevel.Sequence);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Accumulate_SampledRows_IsTheFormula(GrpoLoss loss, double beta, double temperature, RatioLevel level)
    {
        using var model = TinyModels.Fresh(seed: 1);
        using var reference = TinyModels.Fresh(seed: 2);
        var options = new GrpoOptions
        {
            NumGenerations = 3,
            PerDeviceTrainBatchSize = 6,
            MaxCompletionLength = 9,
            LossType = loss,
            Beta = beta,
            EpsilonHigh = 0.3,
            ImportanceSamplingLevel = level,
        };
        var round = new RolloutRound(0, [.. s_lengths.Select((length, place) => Sample(model, place, length, temperature))], options);
        var rows = round.RowsOf(0);
        var plan = new LossPlan(new ClippedPolicy(options.Policy)) { Reference = beta > 0 ? reference : null, Temperature = temperature };
        var totals = new StepTotals(s_lengths.Sum(), s_lengths.Length);

        var sums = MicroBatches.Of(rows, 4).Select(batch => new BatchLoss(plan, totals) { Measures = true }.Accumulate(model, batch)).Aggregate((a, b) => a + b);

        var twin = new Twin(options, round, Logs(model, temperature), Logs(reference, temperature));

        // Two layers in float32 against doubles over float32 logits.
        Assert.Equal(twin.Loss(), sums.Loss, 2e-5 * Math.Max(1, twin.Loss()));
        var metrics = sums.Policy.Metrics(s_lengths.Sum(), beta > 0).ToDictionary();
        Assert.Equal(twin.Share(n => n.Ratio < 0.8 && n.Advantage < 0), metrics["clip_ratio/low_mean"], 1e-9);
        Assert.Equal(twin.Share(n => n.Ratio > 1.3 && n.Advantage > 0), metrics["clip_ratio/high_mean"], 1e-9);
        Assert.Equal(metrics["clip_ratio/low_mean"] + metrics["clip_ratio/high_mean"], metrics["clip_ratio/region_mean"], 1e-9);
        Assert.Equal(twin.ByCompletion(n => n.Ratio < 0.8 && n.Advantage < 0).Min(), metrics["clip_ratio/low_min"], 1e-9);
        Assert.Equal(twin.ByCompletion(n => n.Ratio > 1.3 && n.Advantage > 0).Max(), metrics["clip_ratio/high_max"], 1e-9);
        Assert.True(metrics["clip_ratio/low_mean"] > 0 && metrics["clip_ratio/high_mean"] > 0);
        Assert.Equal(twin.Tokens.Average(n => n.Entropy), sums.Entropy / s_lengths.Sum(), 1e-4);
        Assert.Equal(beta > 0, metrics.ContainsKey("kl"));
        if (beta > 0)
        {
            // Untrained models differ by whole nats.
            Assert.Equal(1, metrics["kl"] / twin.Tokens.Average(n => n.Divergence), 1e-4);
        }

        Assert.Equal(twin.Tokens.Max(n => Math.Abs(Math.Log(n.TokenRatio))), sums.OldGap, 1e-4);
    }

    [Fact]
    public void Sums_OfTheBase_AreTheLogProbabilitiesOfTheCompletions()
    {
        using var model = TinyModels.Fresh(seed: 1);
        using var reference = TinyModels.Fresh(seed: 2);
        List<Rollout> rollouts = [.. s_lengths.Select((length, place) => Sample(model, place, length, 0.7))];
        var expected = rollouts.Select(r => LogsOf(reference, r.Turns[0], 0.7).Select((log, n) => log[r.Turns[0].Completion[n]]).Sum()).ToList();

        var penalties = new BaseLog(reference, new GrpoOptions { Temperature = 0.7, MicroBatchSize = 4, KlCoef = 0.5 }).Penalize(rollouts).Select(r => r.Penalty);

        // verl: coefficient times Σ (log π_old − log π_base); float32 against doubles over sums of some dozens.
        Assert.All(rollouts.Zip(expected, penalties), r => Assert.Equal(0.5 * (r.First.Turns[0].Log.Sum(log => (double)log) - r.Second), r.Third, 1e-4));
    }

    [Fact]
    public void Penalize_EpisodesOfSeveralTurns_AddsUpTheirTurns()
    {
        using var model = TinyModels.Fresh(seed: 1);
        List<Rollout> single = [.. s_lengths.Select((length, place) => Sample(model, place, length, 1))];
        var episodes = single.Chunk(2).Select(pair => pair[0] with { Turns = [.. pair.SelectMany(r => r.Turns)] }).ToList();
        var log = new BaseLog(model, new GrpoOptions { MicroBatchSize = 4, KlCoef = 1 });

        var (each, whole) = (log.Penalize(single), log.Penalize(episodes));

        Assert.All(each.Chunk(2).Zip(whole), pair => Assert.Equal(pair.First.Sum(r => r.Penalty), pair.Second.Penalty, 1e-9));
    }

    private static Rollout Sample(Decoder model, int place, int length, double temperature)
    {
        var turn = new RolloutTurn(TinyModels.Ids($"prompt {place / 3}", Prompt), TinyModels.Ids($"completion {place}", length), new float[length], false);
        var logs = LogsOf(model, turn, temperature);

        // Ratios on both sides of the clip and beyond the dual clip.
        double[] ratios = [0.9, 1.0, 1.35, 0.6, 4.0, 1.5, 1.1];
        return new Rollout(place, [turn with { Log = [.. logs.Select((log, n) => (float)(log[turn.Completion[n]] - Math.Log(ratios[(n + place) % ratios.Length])))] }], [place % 3], place % 3);
    }

    private static Func<RolloutTurn, double[][]> Logs(Decoder model, double temperature) => turn => LogsOf(model, turn, temperature);

    // log π of the whole vocabulary before each token of the completion, from one row alone.
    private static double[][] LogsOf(Decoder model, RolloutTurn turn, double temperature)
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        int[] ids = [.. turn.Prompt, .. turn.Completion];
        var logits = model.Project(model.Forward(TinyModels.Matrix(ids))).ToDoubles().Chunk(TinyModels.Vocabulary).ToArray();
        return [.. logits[(turn.Prompt.Length - 1)..^1].Select(z => LossTwins.Log([.. z.Select(v => v / temperature)]))];
    }

    private sealed class Twin(GrpoOptions options, RolloutRound round, Func<RolloutTurn, double[][]> model, Func<RolloutTurn, double[][]> reference)
    {
        public IReadOnlyList<Token> Tokens { get; } = [.. round.Rollouts.SelectMany((r, place) => TokensOf(options, r.Turns[0], place, round.Advantages()[place], model, reference))];

        public double Loss() => options.LossType switch
        {
            GrpoLoss.Grpo => Tokens.GroupBy(n => n.Place).Average(own => own.Average(Loss)),
            GrpoLoss.DrGrpo => Tokens.Sum(Loss) / (round.Rollouts.Count * options.MaxCompletionLength),
            _ => Tokens.Average(Loss),
        };

        public double Share(Func<Token, bool> holds) => Tokens.Average(n => holds(n) ? 1.0 : 0.0);

        public IEnumerable<double> ByCompletion(Func<Token, bool> holds) => Tokens.GroupBy(n => n.Place).Select(own => own.Average(n => holds(n) ? 1.0 : 0.0));

        private static IEnumerable<Token> TokensOf(
            GrpoOptions options, RolloutTurn turn, int place, double advantage, Func<RolloutTurn, double[][]> model, Func<RolloutTurn, double[][]> reference)
        {
            var (own, other) = (model(turn), reference(turn));
            double[] ratios = [.. turn.Completion.Select((y, n) => Math.Exp(own[n][y] - turn.Log[n]))];
            var mean = Math.Exp(ratios.Average(Math.Log));
            return turn.Completion.Select((y, n) =>
            {
                var drift = other[n][y] - own[n][y];
                var entropy = -own[n].Sum(log => Math.Exp(log) * log);
                return new Token(place, options.ImportanceSamplingLevel == RatioLevel.Token ? ratios[n] : mean, ratios[n], advantage, Math.Exp(drift) - drift - 1, entropy);
            });
        }

        private double Loss(Token n)
        {
            var loss = -Math.Min(n.Ratio * n.Advantage, Math.Clamp(n.Ratio, 0.8, 1.3) * n.Advantage);
            return (n.Advantage < 0 ? Math.Min(loss, -3 * n.Advantage) : loss) + (options.Beta * n.Divergence);
        }
    }

    private sealed record Token(int Place, double Ratio, double TokenRatio, double Advantage, double Divergence, double Entropy);
}
