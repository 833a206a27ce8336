using Thaw.Core.Demonstrations;
using Thaw.Core.Reports;
using Thaw.Learning.Objectives;
using Thaw.Learning.Training;

namespace Thaw.Learning.Grpo;

/// <summary>Settings of group relative policy optimisation; keys in files are TRL's, in snake_case.</summary>
public sealed record GrpoOptions : TrainingOptions
{
    public GrpoOptions() => (LearningRate, LrSchedulerType, WarmupRatio) = (1e-6, ScheduleKind.Constant, 0);

    /// <summary>The checkpoint folder to start from: the raw base, or one that some steps of <c>thaw sft</c> have warmed up.</summary>
    public string ModelNameOrPath { get; init; } = "";

    public string Task { get; init; } = "sokoban";

    /// <summary>Whether each prompt states its own words.</summary>
    public Diversity Diversity { get; init; } = Diversity.Frozen;

    public double DefaultBindingShare { get; init; }

    public int ExtraStarts { get; init; }

    public double MarkShare { get; init; }

    /// <summary>Different prompts; training goes over them in a new order each time.</summary>
    public int DatasetSize { get; init; } = 4096;

    /// <summary>Completions that are sampled for each prompt.</summary>
    public int NumGenerations { get; init; } = 8;

    /// <summary>Updates that share one round of sampling, each with its own part of it; <c>per_device_train_batch_size</c> counts the completions of one.</summary>
    public int StepsPerGeneration { get; init; } = 1;

    /// <summary>How often each round is gone over.</summary>
    public int NumIterations { get; init; } = 1;

    /// <summary>New tokens, at most; a completion that does not end by then is truncated.</summary>
    public int MaxCompletionLength { get; init; } = 64;

    public bool MaskTruncatedCompletions { get; init; }

    /// <summary>Scorers of the task, as in <c>thaw score</c>, or <c>format</c>: 1 for an answer that the prompt allows, right or wrong.</summary>
    public IReadOnlyList<string> RewardFuncs { get; init; } = ["thaw"];

    /// <summary>What each reward is multiplied by before they are added; none is 1 for each.</summary>
    public IReadOnlyList<double> RewardWeights { get; init; } = [];

    public RewardScaling ScaleRewards { get; init; } = RewardScaling.Group;

    /// <summary>Leaves groups whose completions all earned the same out of the loss; with <c>beta</c> 0 they would add only zeros.</summary>
    public bool DropZeroStdGroups { get; init; } = true;

    public GrpoLoss LossType { get; init; } = GrpoLoss.Dapo;

    public RatioLevel ImportanceSamplingLevel { get; init; } = RatioLevel.Token;

    public double Epsilon { get; init; } = 0.2;

    /// <summary>Not given: the same as <c>epsilon</c>.</summary>
    public double? EpsilonHigh { get; init; }

    /// <summary>The most that a bad completion costs, in advantages; 0 for no bound.</summary>
    public double DualClip { get; init; } = 3.0;

    /// <summary>Coefficient of the divergence from the starting weights.</summary>
    public double Beta { get; init; }

    /// <summary>Keeps the embedding, and a tied output with it, as it is.</summary>
    public bool FreezeEmbeddings { get; init; }

    public int EvalSteps { get; init; }

    public int EvalInstances { get; init; } = 50;

    public IReadOnlyList<string> EvalSplits { get; init; } = [];

    internal int UpdatesPerRound => StepsPerGeneration * NumIterations;

    internal int PromptsPerRound => RowsPerUpdate * StepsPerGeneration / NumGenerations;

    internal ClippedPolicyOptions Policy => new(Epsilon, EpsilonHigh ?? Epsilon, DualClip, Beta, ImportanceSamplingLevel);

    public override IEnumerable<RunInput> Inputs() =>
        [.. RunInput.Folder("model", ModelNameOrPath), new RunInput("dataset", $"{DatasetSize} prompts of {Task}, as the configuration says")];

    public override void Validate()
    {
        base.Validate();
        Require(ModelNameOrPath.Length > 0, "model_name_or_path", "is missing");
        Require(DatasetSize > 0, "dataset_size", $"must be positive, not {DatasetSize}");
        Require(DefaultBindingShare is >= 0 and <= 1, "default_binding_share", "must lie between 0 and 1");
        Require(MarkShare is >= 0 and <= 1, "mark_share", "must lie between 0 and 1");
        Require(ExtraStarts >= 0, "extra_starts", $"must not be negative, not {ExtraStarts}");
        Require(NumGenerations >= 2, "num_generations", $"must be at least 2, not {NumGenerations}");
        Require(
            RowsPerUpdate % NumGenerations == 0, "per_device_train_batch_size", $"times gradient_accumulation_steps must be whole groups of num_generations {NumGenerations}, not {RowsPerUpdate}");
        Require(StepsPerGeneration > 0, "steps_per_generation", $"must be positive, not {StepsPerGeneration}");
        Require(NumIterations > 0, "num_iterations", $"must be positive, not {NumIterations}");
        Require(MaxCompletionLength > 0, "max_completion_length", $"must be positive, not {MaxCompletionLength}");
        Require(RewardFuncs.Count > 0, "reward_funcs", "is empty");
        Require(
            RewardWeights.Count == 0 || RewardWeights.Count == RewardFuncs.Count, "reward_weights", $"must have one number for each of the {RewardFuncs.Count} reward_funcs");
        Require(Epsilon is > 0 and < 1, "epsilon", "must lie between 0 and 1");
        Require(EpsilonHigh is null or > 0, "epsilon_high", "must be positive");
        Require(DualClip == 0 || DualClip > 1, "dual_clip", "must be above 1, or 0 for none");
        Require(Beta >= 0, "beta", "must not be negative");
        Require(EvalSteps >= 0, "eval_steps", $"must not be negative, not {EvalSteps}");
        Require(EvalInstances > 0, "eval_instances", $"must be positive, not {EvalInstances}");
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
}
