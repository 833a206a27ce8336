using Thaw.Core.Reports;
using Thaw.Learning.Objectives;
using static Thaw.Learning.Training.Setting;

namespace Thaw.Learning.Grpo;

/// <summary>Settings of group relative policy optimisation; keys in files are TRL's, in snake_case.</summary>
public sealed record GrpoOptions : PracticeOptions
{
    public GrpoOptions() => (LearningRate, LrSchedulerType, WarmupRatio, LoraDropout) = (1e-6, Training.ScheduleKind.Constant, 0, 0);

    /// <summary>Updates that share one round of sampling, each with its own part of it; <c>per_device_train_batch_size</c> counts the completions (or episodes) of one.</summary>
    public int StepsPerGeneration { get; init; } = 1;

    /// <summary>How often each round is gone over.</summary>
    public int NumIterations { get; init; } = 1;

    public bool MaskTruncatedCompletions { get; init; }

    /// <summary>What is paid for, by name: docs/grpo.md. Not given: <c>thaw</c> for turns, <c>solved</c> for episodes.</summary>
    public IReadOnlyList<string> RewardFuncs { get; init; } = [];

    /// <summary>What each reward is multiplied by before they are added; none is 1 for each.</summary>
    public IReadOnlyList<double> RewardWeights { get; init; } = [];

    public RewardScaling ScaleRewards { get; init; } = RewardScaling.Group;

    /// <summary>Leaves groups whose samples all earned the same out of the loss and its averages; with <c>beta</c> 0 they would add only zeros.</summary>
    public bool DropZeroStdGroups { get; init; } = true;

    public GrpoLoss LossType { get; init; } = GrpoLoss.Dapo;

    public RatioLevel ImportanceSamplingLevel { get; init; } = RatioLevel.Token;

    public double Epsilon { get; init; } = 0.2;

    /// <summary>Not given: the same as <c>epsilon</c>.</summary>
    public double? EpsilonHigh { get; init; }

    /// <summary>The most that a bad completion costs, in advantages; 0 for no bound.</summary>
    public double DualClip { get; init; } = 3.0;

    /// <summary>Coefficient of the divergence from the starting weights, in the loss.</summary>
    public double Beta { get; init; }

    /// <summary>Takes <c>kl_coef</c> times the divergence from the starting weights off the reward, before advantages are made; verl's name.</summary>
    public bool UseKlInReward { get; init; }

    /// <summary>See <c>use_kl_in_reward</c>.</summary>
    public double KlCoef { get; init; } = 0.001;

    /// <summary>Training ends with an error where sampler and trainer disagree by more about the log-probability of a token. Not given: it is only reported.</summary>
    public double? MaxSamplerGap { get; init; }

    /// <summary>Writes some completions of each logged step to <c>completions/</c>.</summary>
    public bool LogCompletions { get; init; }

    /// <summary>How many of them.</summary>
    public int NumCompletionsToPrint { get; init; } = 8;

    internal int UpdatesPerRound => StepsPerGeneration * NumIterations;

    internal int GroupsPerRound => RowsPerUpdate * StepsPerGeneration / NumGenerations;

    internal bool NeedsBase => Beta > 0 || UseKlInReward;

    internal ClippedPolicyOptions Policy => new(Epsilon, EpsilonHigh ?? Epsilon, DualClip, Beta, ImportanceSamplingLevel);

    public override IEnumerable<RunInput> Inputs() =>
    [
        .. RunInput.Folder("model", ModelNameOrPath),
        DatasetName.Length > 0 ? RunInput.File("dataset", DatasetName) : new RunInput("dataset", $"{DatasetSize} {(Rollout == RolloutKind.Episode ? "instances" : "prompts")} of {Task}, as the configuration says"),
    ];

    public override void Validate()
    {
        base.Validate();
        Require(StepsPerGeneration > 0, "steps_per_generation", $"must be positive, not {StepsPerGeneration}");
        Require(NumIterations > 0, "num_iterations", $"must be positive, not {NumIterations}");
        Require(
            RewardWeights.Count == 0 || RewardWeights.Count == Math.Max(1, RewardFuncs.Count), "reward_weights", $"must have one number for each of the {Math.Max(1, RewardFuncs.Count)} reward_funcs");
        Require(Epsilon is > 0 and < 1, "epsilon", "must lie between 0 and 1");
        Require(EpsilonHigh is null or > 0, "epsilon_high", "must be positive");
        Require(DualClip == 0 || DualClip > 1, "dual_clip", "must be above 1, or 0 for none");
        Require(Beta >= 0, "beta", "must not be negative");
        Require(KlCoef >= 0, "kl_coef", "must not be negative");
        Require(MaxSamplerGap is null or > 0, "max_sampler_gap", "must be positive");
        Require(NumCompletionsToPrint > 0, "num_completions_to_print", $"must be positive, not {NumCompletionsToPrint}");
        Require(LoraDropout == 0, "lora_dropout", "must be 0 here: with it the trainer would not have the probabilities that the completions were sampled with");
    }
}

/// <summary>How token losses are averaged; TRL's <c>loss_type</c>.</summary>
public enum GrpoLoss
{
    /// <summary>Over all tokens of the step.</summary>
    Dapo,

    /// <summary>Within each completion, then over completions.</summary>
    Grpo,

    /// <summary>Sums over completions, divided by the greatest length that they may have: no completion counts for less because it is long.</summary>
    DrGrpo,

    /// <summary>Over all tokens of each <c>per_device_train_batch_size</c>, then over those: as <see cref="Dapo"/> where a step has only one.</summary>
    Bnpo,
}
