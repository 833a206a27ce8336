using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>Settings that pretraining and fine-tuning share. Keys in files are TRL's, in snake_case.</summary>
public abstract record TrainingOptions
{
    /// <summary>Folder for checkpoints and metrics.</summary>
    public string OutputDir { get; init; } = "";

    /// <summary>Decides weights, data and their order.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Optimizer updates.</summary>
    public int MaxSteps { get; init; } = 100;

    /// <summary>Rows of one update on one device.</summary>
    public int PerDeviceTrainBatchSize { get; init; } = 128;

    /// <summary>Rows computed at once, at most; smaller takes less memory and gives the same result.</summary>
    public int MicroBatchSize { get; init; } = 64;

    /// <summary>Computes what the rows of a step have in common once, as prefix trees. Without it each row is computed by itself: the same losses, more time and memory.</summary>
    public bool PrefixSharing { get; init; } = true;

    public double LearningRate { get; init; } = 1e-5;

    public ScheduleKind LrSchedulerType { get; init; } = ScheduleKind.Cosine;

    /// <summary>Share of the steps in which the rate rises.</summary>
    public double WarmupRatio { get; init; } = 0.1;

    /// <summary>Share of the peak at which the decay ends.</summary>
    public double MinLrRatio { get; init; }

    /// <summary>With <c>lr_scheduler_type: wsd</c>, the share of the steps in which the rate falls.</summary>
    public double LrDecayRatio { get; init; } = 0.2;

    public double WeightDecay { get; init; } = 0.01;

    public double AdamBeta1 { get; init; } = 0.9;

    public double AdamBeta2 { get; init; } = 0.95;

    public double AdamEpsilon { get; init; } = 1e-8;

    public OptimizerKind Optim { get; init; } = OptimizerKind.Adamw;

    /// <summary>With <c>optim: muon</c>, the peak rate of the matrices; the rest has <see cref="LearningRate"/>.</summary>
    public double MuonLearningRate { get; init; } = 0.02;

    public double MaxGradNorm { get; init; } = 1.0;

    /// <summary>Matrix products in bfloat16; weights, moments and the loss stay in float32. Not given: where the machine has instructions for it.</summary>
    public bool? Bf16 { get; init; }

    public int LoggingSteps { get; init; } = 10;

    /// <summary>Steps between checkpoints; 0 keeps only the last.</summary>
    public int SaveSteps { get; init; }

    /// <summary>Checkpoints kept beside the last; older ones are deleted.</summary>
    public int SaveTotalLimit { get; init; } = 2;

    /// <summary><c>auto</c> goes on from the newest whole checkpoint in <see cref="OutputDir"/>; <c>never</c> starts anew; else a checkpoint folder.</summary>
    public string ResumeFromCheckpoint { get; init; } = "auto";

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>; <c>auto</c> is the first GPU where there is one.</summary>
    public string Device { get; init; } = "cpu";

    public LearningRateSchedule Schedule() =>
        new(LrSchedulerType, LearningRate, (int)Math.Round(WarmupRatio * MaxSteps), MaxSteps, MinLrRatio, LrDecayRatio);

    /// <summary>How the rows of a step are arranged.</summary>
    public virtual BatchLayout Layout() => BatchLayout.For(PrefixSharing, packing: false, int.MaxValue, Torch.Device.Parse(Device));

    public DType ComputeType() => Bf16 switch
    {
        true => DType.BFloat16,
        false => DType.Float32,
        null => TorchRuntime.FastestType(Torch.Device.Parse(Device)),
    };

    public IOptimizer CreateOptimizer(IReadOnlyList<Parameter> parameters)
    {
        var adamW = new AdamWOptions(AdamBeta1, AdamBeta2, AdamEpsilon, WeightDecay);
        return Optim == OptimizerKind.Muon
            ? new Muon(parameters, new MuonOptions(MuonLearningRate / LearningRate, WeightDecay: WeightDecay), adamW)
            : new AdamW(parameters, adamW);
    }

    /// <exception cref="ArgumentException">A setting is out of its range; the message names its key.</exception>
    public virtual void Validate()
    {
        Require(OutputDir.Length > 0, "output_dir", "is missing");
        Require(MaxSteps > 0, "max_steps", $"must be positive, not {MaxSteps}");
        Require(PerDeviceTrainBatchSize > 0, "per_device_train_batch_size", $"must be positive, not {PerDeviceTrainBatchSize}");
        Require(MicroBatchSize > 0, "micro_batch_size", $"must be positive, not {MicroBatchSize}");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "learning_rate", "must be a positive number");
        Require(WarmupRatio is >= 0 and <= 1, "warmup_ratio", "must lie between 0 and 1");
        Require(LrDecayRatio is > 0 and <= 1, "lr_decay_ratio", "must lie above 0 and at most at 1");
        Require(LoggingSteps > 0, "logging_steps", $"must be positive, not {LoggingSteps}");
        Require(SaveSteps >= 0, "save_steps", $"must not be negative, not {SaveSteps}");
        Require(SaveTotalLimit >= 1, "save_total_limit", $"must be at least 1, not {SaveTotalLimit}");
    }

    protected static void Require(bool condition, string key, string cause)
    {
        if (!condition)
        {
            throw new ArgumentException($"Key '{key}' {cause}.");
        }
    }
}

/// <summary>Named as in TRL's <c>optim</c>.</summary>
public enum OptimizerKind
{
    Adamw,
    Muon,
}
