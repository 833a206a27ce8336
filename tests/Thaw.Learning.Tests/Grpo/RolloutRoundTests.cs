using Thaw.Core.Randomness;
using Thaw.Learning.Grpo;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Grpo;

public sealed class RolloutRoundTests
{
    // Two groups of two completions, advantages ±1/√2 and ±1/√2 (to 1e-6) of lengths 1, 3 and 2, 4; all of what follows is by hand.
    private static readonly double[] s_rewards = [1, 0, 3, 1];
    private static readonly int[] s_lengths = [1, 3, 2, 4];
    private static readonly GrpoOptions s_options = new()
    {
        NumGenerations = 2,
        PerDeviceTrainBatchSize = 4,
        MaxCompletionLength = 5,
        ScaleRewards = RewardScaling.None,
    };

    // On fresh samples a token's loss is −A. With advantages 1/2, −1/2, 1, −1 the sums over completions are −1/2, 3/2, −2, 4.
    [Theory]
    [InlineData(GrpoLoss.Dapo, (-0.5 + 1.5 - 2 + 4) / 10)]
    [InlineData(GrpoLoss.Bnpo, (-0.5 + 1.5 - 2 + 4) / 10)]
    [InlineData(GrpoLoss.Grpo, (-0.5 + 0.5 - 1 + 1) / 4)]
    [InlineData(GrpoLoss.DrGrpo, (-0.5 + 1.5 - 2 + 4) / (4 * 5))]
    public void RowsOf_EveryLossType_AveragesAsItsFormula(GrpoLoss loss, double expected) =>
        Assert.Equal(expected, LossOf(Round(s_options with { LossType = loss }).RowsOf(0)), 1e-12);

    [Fact]
    public void RowsOf_Bnpo_AveragesOverTheBatchesOfTheUpdate()
    {
        var options = s_options with { LossType = GrpoLoss.Bnpo, PerDeviceTrainBatchSize = 2, GradientAccumulationSteps = 2 };

        // 1 over the 4 tokens of one batch, and 2 over the 6 of the other.
        Assert.Equal(((1.0 / 4) + (2.0 / 6)) / 2, LossOf(Round(options).RowsOf(0)), 1e-12);
        Assert.Equal(3.0 / 10, LossOf(Round(options with { LossType = GrpoLoss.Dapo }).RowsOf(0)), 1e-12);
    }

    // The third and fourth completion do not end, which leaves −1/2 and 3/2 over 1 and 3 tokens; the constant of dr_grpo stays.
    [Theory]
    [InlineData(GrpoLoss.Dapo, (-0.5 + 1.5) / 4)]
    [InlineData(GrpoLoss.Grpo, (-0.5 + 0.5) / 2)]
    [InlineData(GrpoLoss.DrGrpo, (-0.5 + 1.5) / (4 * 5))]
    public void RowsOf_TruncatedCompletions_AreLeftOutWhereAskedFor(GrpoLoss loss, double expected)
    {
        var round = Round(s_options with { LossType = loss, MaskTruncatedCompletions = true }, isTruncated: place => place >= 2);

        Assert.Equal(expected, LossOf(round.RowsOf(0)), 1e-12);
        Assert.Equal(2, round.RowsOf(0).Count);
    }

    [Fact]
    public void RowsOf_AGroupWithoutSpread_IsLeftOutUnlessCounted()
    {
        var (dropped, counted) = (Flat(s_options), Flat(s_options with { DropZeroStdGroups = false }));

        // −1/2 + 3/2 over the 4 tokens of one group, or over the 10 of both.
        Assert.Equal((2, 1.0 / 4), (dropped.Count, LossOf(dropped)));
        Assert.Equal(4, counted.Count);
        Assert.Equal(1.0 / 10, LossOf(counted), 1e-12);

        // With a divergence in the loss there is something to learn from it.
        Assert.Equal(4, Flat(s_options with { Beta = 0.1 }).Count);

        static IReadOnlyList<TrainingExample> Flat(GrpoOptions options) => Round(options, [1, 0, 3, 3]).RowsOf(0);
    }

    [Fact]
    public void RowsOf_NothingToLearn_IsOneRowWithoutWeight()
    {
        var row = Assert.Single(Round(s_options, [1, 1, 3, 3]).RowsOf(0));

        Assert.Equal((0, 0), (row.Sampled!.Advantage, row.Sampled.Weight));
    }

    [Theory]
    [InlineData(GrpoLoss.Dapo)]
    [InlineData(GrpoLoss.Grpo)]
    [InlineData(GrpoLoss.DrGrpo)]
    [InlineData(GrpoLoss.Bnpo)]
    public void RowsOf_AnEpisode_CountsAsOneCompletionOfAllItsTurns(GrpoLoss loss)
    {
        var options = s_options with { LossType = loss };
        var whole = Round(options).RowsOf(0);

        var turns = Round(options, turns: 2).RowsOf(0);

        // One-token completions cannot be cut in two.
        Assert.Equal(7, turns.Count);
        Assert.Equal(LossOf(whole), LossOf(turns), 1e-12);
    }

    [Fact]
    public void RowsOf_SeveralUpdates_HaveTheirOwnPartsAndComeAgain()
    {
        var round = Round(s_options with { PerDeviceTrainBatchSize = 2, StepsPerGeneration = 2, NumIterations = 2 });

        Assert.Equal([[1, 3], [2, 4], [1, 3], [2, 4]], Enumerable.Range(0, 4).Select(update => round.RowsOf(update).Select(row => row.Sampled!.OldLog.Length)));
    }

    [Fact]
    public void RowsOf_APenaltyInTheReward_ChangesTheAdvantages()
    {
        var round = Round(s_options);
        var penalized = round with { Rollouts = [.. round.Rollouts.Select((r, place) => r with { Penalty = place == 0 ? 0.5 : 0 })] };

        Assert.Equal([0.25, -0.25, 1, -1], penalized.RowsOf(0).Select(row => row.Sampled!.Advantage));
    }

    // Random rounds of random episodes against TRL's lines with their masks, written down a second time.
    [Theory]
    [InlineData(GrpoLoss.Dapo)]
    [InlineData(GrpoLoss.Grpo)]
    [InlineData(GrpoLoss.DrGrpo)]
    public void RowsOf_RandomRounds_AverageAsTheTwin(GrpoLoss loss)
    {
        var random = SplitMix64.For(1, "rounds");
        for (var trial = 0; trial < 50; trial++)
        {
            var options = s_options with { NumGenerations = 3, PerDeviceTrainBatchSize = 12, LossType = loss, DropZeroStdGroups = false, ScaleRewards = (RewardScaling)random.NextInt(3) };
            var rollouts = Enumerable.Range(0, 12).Select(_ =>
                Sample([.. Enumerable.Range(0, 1 + random.NextInt(4)).Select(_ => 1 + random.NextInt(6))], random.NextInt(4))).ToList();
            var round = new RolloutRound(0, rollouts, options);
            var (advantages, lengths) = (round.Advantages(), rollouts.ConvertAll(r => r.Turns.Sum(t => t.Completion.Length)));
            var masked = Enumerable.Range(0, 12).Select(i => -advantages[i] * lengths[i]).ToList();

            var expected = loss switch
            {
                GrpoLoss.Dapo => masked.Sum() / lengths.Sum(),
                GrpoLoss.Grpo => masked.Zip(lengths, (sum, length) => sum / length).Average(),
                _ => masked.Sum() / (12 * options.MaxCompletionLength),
            };

            // Sums of up to 200 doubles near 1.
            Assert.Equal(expected, LossOf(round.RowsOf(0)), 1e-12);
        }
    }

    // What the trainer makes of rows on fresh samples: the mean over all tokens of weight times −A.
    private static double LossOf(IReadOnlyList<TrainingExample> rows) =>
        rows.Sum(row => row.Sampled!.OldLog.Length * row.Sampled.Weight * -row.Sampled.Advantage) / rows.Sum(row => row.Sampled!.OldLog.Length);

    private static RolloutRound Round(GrpoOptions options, double[]? rewards = null, Func<int, bool>? isTruncated = null, int turns = 1) => new(
        0, [.. s_lengths.Select((length, place) => Sample(Cut(length, turns), (rewards ?? s_rewards)[place], isTruncated?.Invoke(place) ?? false))], options);

    private static int[] Cut(int length, int turns) => turns == 1 || length == 1 ? [length] : [1, length - 1];

    private static Rollout Sample(int[] lengths, double reward, bool isTruncated = false) => new(
        0, [.. lengths.Select(length => new RolloutTurn([1, 2], [.. Enumerable.Repeat(3, length)], new float[length], isTruncated))], [reward], reward);
}
