using Thaw.Core.Reports;
using Thaw.Learning.Distribution;
using Thaw.Torch;
using Thaw.Torch.Distributed;
using static Thaw.Learning.Training.Setting;

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

    /// <summary>Rows of one batch on one device; an update is made of <see cref="GradientAccumulationSteps"/> of them.</summary>
    public int PerDeviceTrainBatchSize { get; init; } = 128;

    /// <summary>Batches whose gradients make one update: the same update as with one batch as large as all of them, in the memory of one.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>Keeps the input of each layer alone and computes the rest again in backward: about a third more time, and far less memory.</summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>Rows computed at once, at most; smaller takes less memory and gives the same result.</summary>
    public int MicroBatchSize { get; init; } = 64;

    /// <summary>Computes what the rows of a step have in common once, as prefix trees. Without it each row is computed by itself: the same losses, more time and memory.</summary>
    public bool PrefixSharing { get; init; } = true;

    public double LearningRate { get; init; } = 1e-5;

    public ScheduleKind LrSchedulerType { get; init; } = ScheduleKind.Cosine;

    /// <summary>Share of the steps in which the rate rises.</summary>
    public double WarmupRatio { get; init; } = 0.1;

    /// <summary>Steps in which the rate rises, in place of <see cref="WarmupRatio"/>.</summary>
    public int? WarmupSteps { get; init; }

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

    /// <summary>Matrix products in bfloat16; weights, moments and the loss stay in float32. Not given: where a short measurement at the start shows it to be faster; a run that goes on keeps what it began with.</summary>
    public bool? Bf16 { get; init; }

    /// <summary>Share of the moving average of the weights that stays at each update, such as 0.999; the average is then what is evaluated and handed over. 0 makes none.</summary>
    public double EmaDecay { get; init; }

    /// <summary>Hands over the mean of the weights of so many last checkpoints; 0 does not.</summary>
    public int AverageCheckpoints { get; init; }

    public int LoggingSteps { get; init; } = 10;

    /// <summary>Beside <c>metrics.jsonl</c>.</summary>
    public ReportTarget ReportTo { get; init; } = ReportTarget.Tensorboard;

    /// <summary>What the device could do in 10¹² operations a second, for <c>train/mfu</c>; not given, it is measured.</summary>
    public double? PeakTflops { get; init; }

    /// <summary>Steps between checkpoints; 0 keeps only the last.</summary>
    public int SaveSteps { get; init; }

    /// <summary>Newest checkpoints that are kept; older ones are deleted, but never the best.</summary>
    public int SaveTotalLimit { get; init; } = 2;

    /// <summary><c>auto</c> goes on from the newest whole checkpoint in <see cref="OutputDir"/>; <c>never</c> starts anew; else a checkpoint folder.</summary>
    public string ResumeFromCheckpoint { get; init; } = "auto";

    /// <summary>Steps between evaluations, which are also made before the first step and after the last; 0 evaluates never.</summary>
    public int EvalSteps { get; init; }

    /// <summary>Share of the time so far that evaluations may take; one that would take more is put off to the next. 1 is no bound, and so is any use of the best evaluation.</summary>
    public double EvalMaxTimeShare { get; init; } = 0.1;

    /// <summary>Hands over the checkpoint of the best evaluation and not the last.</summary>
    public bool LoadBestModelAtEnd { get; init; }

    /// <summary>Such as <c>eval/id/success</c>; not given, the mean over the splits or lessons.</summary>
    public string? MetricForBestModel { get; init; }

    /// <summary>Not given: true but for a metric that ends in <c>loss</c>.</summary>
    public bool? GreaterIsBetter { get; init; }

    /// <summary>Evaluations in a row without a gain after which training stops; 0 never stops.</summary>
    public int EarlyStoppingPatience { get; init; }

    /// <summary>How much better an evaluation must be to count as a gain.</summary>
    public double EarlyStoppingThreshold { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>; <c>auto</c> is the first GPU where there is one.</summary>
    public string Device { get; init; } = "cpu";

    public LearningRateSchedule Schedule() =>
        new(LrSchedulerType, LearningRate, WarmupSteps ?? (int)Math.Round(WarmupRatio * MaxSteps), MaxSteps, MinLrRatio, LrDecayRatio);

    /// <summary>Seconds that a rank waits for the others, at the start and later: evaluations and checkpoints of rank 0 must take less.</summary>
    public int DdpTimeout { get; init; } = 1800;

    /// <summary>Carries tensors between ranks; not given, <c>nccl</c> between GPUs and <c>gloo</c> between CPUs.</summary>
    public GroupBackend? DdpBackend { get; init; }

    /// <summary>Processes that train together; each has <see cref="PerDeviceTrainBatchSize"/> rows of its own.</summary>
    internal int RankCount { get; init; } = 1;

    /// <summary>Rows of one update, of all ranks.</summary>
    internal int RowsPerUpdate => PerDeviceTrainBatchSize * GradientAccumulationSteps * RankCount;

    /// <summary>Rows computed at once, at most.</summary>
    internal int RowsAtOnce => Math.Min(MicroBatchSize, PerDeviceTrainBatchSize);

    internal BestCheckpoint Best => new(MetricForBestModel, GreaterIsBetter, LoadBestModelAtEnd, EarlyStoppingPatience, EarlyStoppingThreshold);

    /// <summary>How the rows of a step are arranged.</summary>
    public virtual BatchLayout Layout() => BatchLayout.For(PrefixSharing, packing: false, int.MaxValue, Torch.Device.Parse(Device));

    public DType ComputeType() => Bf16 switch
    {
        true => DType.BFloat16,
        false => DType.Float32,
        null => TorchRuntime.FastestType(Torch.Device.Parse(Device)),
    };

    /// <param name="ranks">Where there are several, each keeps its part of the optimizer's state.</param>
    public IOptimizer CreateOptimizer(IReadOnlyList<Parameter> parameters, Ranks? ranks = null)
    {
        if (ranks is { Count: > 1 })
        {
            return new ShardedOptimizer(ranks, parameters, own => CreateOptimizer(own));
        }

        var adamW = new AdamWOptions(AdamBeta1, AdamBeta2, AdamEpsilon, WeightDecay);
        return Optim == OptimizerKind.Muon
            ? new Muon(parameters, new MuonOptions(MuonLearningRate / LearningRate, WeightDecay: WeightDecay), adamW)
            : new AdamW(parameters, adamW);
    }

    /// <summary>Whether the run goes on from a checkpoint in its folder.</summary>
    public bool GoesOn() => ResumeFromCheckpoint == "auto" && NewestStep() is not null;

    /// <summary>Of the checkpoints in the folder; null where there is none.</summary>
    public int? NewestStep() => Directory.Exists(OutputDir) ? TrainingCheckpoint.StepsIn(OutputDir).Select(step => (int?)step).LastOrDefault() : null;

    /// <summary>The files that the run reads, by their content, and the data that it makes, by what makes it.</summary>
    public virtual IEnumerable<RunInput> Inputs() => [];

    /// <exception cref="ArgumentException">A setting is out of its range; the message names its key.</exception>
    public virtual void Validate()
    {
        Require(OutputDir.Length > 0, "output_dir", "is missing");
        Require(MaxSteps > 0, "max_steps", $"must be positive, not {MaxSteps}");
        Require(PerDeviceTrainBatchSize > 0, "per_device_train_batch_size", $"must be positive, not {PerDeviceTrainBatchSize}");
        Require(GradientAccumulationSteps > 0, "gradient_accumulation_steps", $"must be positive, not {GradientAccumulationSteps}");
        Require(MicroBatchSize > 0, "micro_batch_size", $"must be positive, not {MicroBatchSize}");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "learning_rate", "must be a positive number");
        Require(MuonLearningRate > 0 && double.IsFinite(MuonLearningRate), "muon_learning_rate", "must be a positive number");
        Require(AdamBeta1 is >= 0 and < 1, "adam_beta1", "must lie from 0 to below 1");
        Require(AdamBeta2 is >= 0 and < 1, "adam_beta2", "must lie from 0 to below 1");
        Require(AdamEpsilon > 0 && double.IsFinite(AdamEpsilon), "adam_epsilon", "must be a positive number");
        Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), "weight_decay", "must be a number of 0 or more");
        Require(MaxGradNorm >= 0, "max_grad_norm", "must be 0, which never clips, or a positive number");
        Require(MinLrRatio is >= 0 and <= 1, "min_lr_ratio", "must lie between 0 and 1");
        Require(WarmupRatio is >= 0 and <= 1, "warmup_ratio", "must lie between 0 and 1");
        Require(WarmupSteps is null or >= 0, "warmup_steps", $"must not be negative, not {WarmupSteps}");
        Require(LrDecayRatio is > 0 and <= 1, "lr_decay_ratio", "must lie above 0 and at most at 1");
        Require(LoggingSteps > 0, "logging_steps", $"must be positive, not {LoggingSteps}");
        Require(SaveSteps >= 0, "save_steps", $"must not be negative, not {SaveSteps}");
        Require(SaveTotalLimit >= 1, "save_total_limit", $"must be at least 1, not {SaveTotalLimit}");
        Require(EmaDecay is >= 0 and < 1, "ema_decay", "must lie from 0 to below 1");
        Require(AverageCheckpoints >= 0, "average_checkpoints", $"must not be negative, not {AverageCheckpoints}");
        Require(AverageCheckpoints <= SaveTotalLimit, "average_checkpoints", $"is {AverageCheckpoints}, but save_total_limit keeps {SaveTotalLimit}");
        Require(AverageCheckpoints == 0 || (EmaDecay == 0 && !LoadBestModelAtEnd), "average_checkpoints", "goes neither with ema_decay nor with load_best_model_at_end: one of them is handed over");
        Require(DdpTimeout > 0, "ddp_timeout", $"must be positive, not {DdpTimeout}");
        Require(PeakTflops is null or > 0, "peak_tflops", "must be positive");
        Require(EvalSteps >= 0, "eval_steps", $"must not be negative, not {EvalSteps}");
        Require(EvalMaxTimeShare is > 0 and <= 1, "eval_max_time_share", "must lie above 0 and at most at 1");
        Require(EarlyStoppingPatience >= 0, "early_stopping_patience", $"must not be negative, not {EarlyStoppingPatience}");
        Require(EarlyStoppingThreshold >= 0, "early_stopping_threshold", "must not be negative");
        Require(MetricForBestModel is null or { Length: > 0 }, "metric_for_best_model", "is empty");
    }

    /// <summary>What can be said when <see cref="MaxSteps"/> is known for good.</summary>
    /// <exception cref="ArgumentException">See <see cref="Validate"/>.</exception>
    internal void ValidateSteps()
    {
        var made = SaveSteps > 0 ? (MaxSteps + SaveSteps - 1) / SaveSteps : 1;
        Require(AverageCheckpoints <= made, "average_checkpoints", $"is {AverageCheckpoints}, but with save_steps {SaveSteps} and max_steps {MaxSteps} there are only {made} checkpoints");
    }
}

/// <summary>Named as in TRL's <c>optim</c>.</summary>
public enum OptimizerKind
{
    Adamw,
    Muon,
}
