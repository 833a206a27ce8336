using Thaw.Core.Demonstrations;
using Thaw.Learning.Training;
using static Thaw.Learning.Training.Setting;

namespace Thaw.Learning.Grpo;

/// <summary>On what reinforcement learning practises, and how completions are sampled. Keys are TRL's where it has them.</summary>
public abstract record PracticeOptions : FineTuningOptions, ITaskPrompts
{
    /// <summary>A completion that does not end within <see cref="FineTuningOptions.MaxCompletionLength"/> is truncated.</summary>
    protected PracticeOptions() => MaxCompletionLength = 64;

    /// <summary>JSON Lines with <c>prompt</c>, and whatever else the task's scorers read (<c>solution</c>, <c>scored_binding</c>, …). Empty: the task's training prompts.</summary>
    public string DatasetName { get; init; } = "";

    /// <summary>Whether each prompt states its own words.</summary>
    public Diversity Diversity { get; init; } = Diversity.Frozen;

    /// <summary>For diverse prompts: how many different bindings all prompts use together; null draws one for each.</summary>
    public int? Dose { get; init; }

    /// <summary>For diverse prompts: the task's pool that bindings are drawn from; null is its own.</summary>
    public string? Pool { get; init; }

    /// <summary>Whose instances and prompts are practised on; null is the paper's training set. Instances are of the training fold whatever the split.</summary>
    public string? Split { get; init; }

    public double DefaultBindingShare { get; init; }

    public int ExtraStarts { get; init; }

    public double MarkShare { get; init; }

    /// <summary>Different prompts, or instances where <c>rollout</c> is <c>episode</c>; training goes over them in a new order each time.</summary>
    public int DatasetSize { get; init; } = 4096;

    public RolloutKind Rollout { get; init; } = RolloutKind.Turn;

    /// <summary>Completions that are sampled for each prompt, or episodes for each instance.</summary>
    public int NumGenerations { get; init; } = 8;

    /// <summary>Logits are divided by it in sampling and in the loss alike: the policy is the model at this temperature, as in TRL and verl.</summary>
    public double Temperature { get; init; } = 1.0;

    /// <summary>Completions that are written at once; others wait.</summary>
    public int MaxRows { get; init; } = 256;

    /// <summary>Tokens whose keys and values are kept in sampling; where completions need more, the ones that began last wait. Memory is taken as it is needed.</summary>
    public int MaxCachedTokens { get; init; } = 1 << 17;

    public override void Validate()
    {
        base.Validate();
        this.ValidatePrompts();
        Require(DatasetName.Length == 0 || Rollout == RolloutKind.Turn, "dataset_name", "does not go with rollout episode, which plays instances of the task");
        Require(NumGenerations >= 2, "num_generations", $"must be at least 2, not {NumGenerations}");
        Require(
            RowsPerUpdate % NumGenerations == 0, "per_device_train_batch_size", $"times gradient_accumulation_steps must be whole groups of num_generations {NumGenerations}, not {RowsPerUpdate}");
        Require(Temperature > 0 && double.IsFinite(Temperature), "temperature", "must be a positive number");
        Require(MaxRows > 0, "max_rows", $"must be positive, not {MaxRows}");
        Require(MaxCachedTokens > 0, "max_cached_tokens", $"must be positive, not {MaxCachedTokens}");
    }
}

/// <summary>What one sample is.</summary>
public enum RolloutKind
{
    /// <summary>One completion of one prompt.</summary>
    Turn,

    /// <summary>An instance played to its end, each turn a prompt of its own as in evaluation; what it earns counts for all its turns.</summary>
    Episode,
}
