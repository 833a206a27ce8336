using Thaw.Learning.Checkpoints;
using Thaw.Learning.Lora;
using Thaw.Learning.Models;
using static Thaw.Learning.Training.Setting;

namespace Thaw.Learning.Training;

/// <summary>Settings of all that goes on from a checkpoint: which, and what of it is trained.</summary>
public abstract record FineTuningOptions : TrainingOptions
{
    /// <summary>The checkpoint folder to start from.</summary>
    public string ModelNameOrPath { get; init; } = "";

    /// <summary>Keeps the embedding, and a tied output with it, as it is.</summary>
    /// <remarks>Otherwise words that training never uses are unlearnt by the output layer alone.</remarks>
    public bool FreezeEmbeddings { get; init; }

    /// <summary>Trains a low-rank adapter on the frozen model instead of the model's weights; a checkpoint is then an adapter in PEFT's layout.</summary>
    public bool UsePeft { get; init; }

    /// <summary>With <c>use_peft</c>, the rank of the adapter.</summary>
    public int LoraR { get; init; } = 16;

    /// <summary>The adapter's change is multiplied by <c>lora_alpha / lora_r</c>.</summary>
    public double LoraAlpha { get; init; } = 32;

    /// <summary>Share of the input elements that the adapter does not see in training.</summary>
    public double LoraDropout { get; init; } = 0.05;

    /// <summary>Ends of the names of the adapted projections, such as <c>q_proj</c>; <c>all-linear</c> is all of the layers.</summary>
    public IReadOnlyList<string> LoraTargetModules { get; init; } = [LoraTargets.AllLinear];

    /// <summary>Multiplies by <c>lora_alpha / √lora_r</c> instead (rsLoRA).</summary>
    public bool UseRslora { get; init; }

    /// <summary>Element type of the frozen model's matrices with <c>use_peft</c>; without it they are trained, in float32.</summary>
    public WeightType Dtype { get; init; } = WeightType.Float32;

    /// <summary>Passes over the data; it then decides <c>max_steps</c>, a last batch or round that is not full left out. 0 leaves that as it is.</summary>
    public double NumTrainEpochs { get; init; }

    /// <summary>Whose validation episodes are played; also whose prompts are trained on where no file has them.</summary>
    public string Task { get; init; } = "sokoban";

    /// <summary>Of that task, what evaluations play.</summary>
    public IReadOnlyList<string> EvalSplits { get; init; } = [];

    /// <summary>Validation episodes of each split at each evaluation.</summary>
    public int EvalInstances { get; init; } = 50;

    /// <summary>New tokens of a turn in evaluations, at most.</summary>
    public int MaxCompletionLength { get; init; } = 16;

    /// <summary>The adapter that is to be trained.</summary>
    public LoraOptions Lora() => new(LoraR, LoraAlpha, LoraDropout, LoraTargetModules, UseRslora);

    public override void Validate()
    {
        base.Validate();
        Require(ModelNameOrPath.Length > 0, "model_name_or_path", "is missing");
        Require(LoraR > 0, "lora_r", $"must be positive, not {LoraR}");
        Require(LoraAlpha > 0 && double.IsFinite(LoraAlpha), "lora_alpha", "must be a positive number");
        Require(LoraDropout is >= 0 and < 1, "lora_dropout", "must lie from 0 to below 1");
        Require(LoraTargetModules.Count > 0, "lora_target_modules", "is empty");
        Require(EvalSteps == 0 || EvalSplits.Count > 0, "eval_splits", "is missing: eval_steps asks for evaluations");
        Require(NumTrainEpochs >= 0, "num_train_epochs", "must not be negative");
        Require(MaxCompletionLength > 0, "max_completion_length", $"must be positive, not {MaxCompletionLength}");
        RequireDistinct(EvalSplits, "eval_splits");
        Require(EvalInstances > 0, "eval_instances", $"must be positive, not {EvalInstances}");
        Require(UsePeft || Dtype is WeightType.Float32, "dtype", "must be float32 where the weights themselves are trained; with use_peft it may be another");
    }

    /// <summary>The model as it is trained, with a fresh adapter where one is asked for. The caller disposes it.</summary>
    internal ModelFolder LoadModel()
    {
        var device = Torch.Device.Parse(Device);
        var model = ModelFolder.Load(ModelNameOrPath, device, Dtype, UsePeft ? MakeAdapter : null);
        model.Decoder.ComputeType = ComputeType();
        if (FreezeEmbeddings)
        {
            model.Decoder.FreezeEmbeddings();
        }

        return model;

        LoraAdapter MakeAdapter(DecoderConfig config) => LoraAdapter.Fresh(config, Lora(), Seed, ModelNameOrPath, device);
    }

    /// <summary>The steps that <see cref="NumTrainEpochs"/> asks for, and else <see cref="TrainingOptions.MaxSteps"/>.</summary>
    /// <param name="batches">Of one pass over the data, each of them <paramref name="steps"/>.</param>
    /// <param name="sizes">Of data and batch, for the message.</param>
    /// <exception cref="ArgumentException">The passes have no whole batch.</exception>
    internal int StepsOf(double batches, string sizes, int steps = 1) => NumTrainEpochs == 0 ? MaxSteps
        : (int)(NumTrainEpochs * batches) is > 0 and var whole ? whole * steps
        : throw new ArgumentException($"Key 'num_train_epochs' gives no step: {sizes}.");

    /// <summary>What a checkpoint holds beside the trained weights.</summary>
    internal void CopyExtras(ModelFolder model, string folder)
    {
        if (UsePeft)
        {
            model.CopyTokenizer(folder);
        }
        else
        {
            model.CopyExtras(folder);
            ConfigFile.SetWeightType(Path.Combine(folder, DecoderFolder.ConfigName), "float32");
        }
    }
}
