using Thaw.Core.Reports;
using Thaw.Learning.Models;
using Thaw.Learning.Training;
using static Thaw.Learning.Training.Setting;

namespace Thaw.Learning.Pretraining;

/// <summary>Settings of <c>thaw pretrain</c>: a base model from nothing but procedural text.</summary>
public sealed record PretrainOptions : TrainingOptions
{
    /// <summary>Folder of the finished model.</summary>
    public string ModelDir { get; init; } = "";

    public int VocabSize { get; init; } = 2048;

    public int HiddenSize { get; init; } = 128;

    public int IntermediateSize { get; init; } = 384;

    public int NumHiddenLayers { get; init; } = 6;

    public int NumAttentionHeads { get; init; } = 4;

    public int NumKeyValueHeads { get; init; } = 2;

    public int HeadDim { get; init; } = 32;

    public int MaxPositionEmbeddings { get; init; } = 1024;

    public double RopeTheta { get; init; } = 10_000;

    public double InitializerRange { get; init; } = 0.05;

    /// <summary>Rows of one lesson that are written together and begin alike.</summary>
    public int GroupSize { get; init; } = 16;

    /// <summary>The curriculum; <see cref="TrainingOptions.MaxSteps"/> is the sum of its steps.</summary>
    public IReadOnlyList<PretrainStage> Stages { get; init; } = [];

    public override IEnumerable<RunInput> Inputs() => [new RunInput("dataset", "lessons that the program writes, as the configuration says")];

    public override void Validate()
    {
        base.Validate();
        Require(ModelDir.Length > 0, "model_dir", "is missing");
        Require(Stages.Count > 0, "stages", "is empty");
        Require(Stages.Sum(stage => stage.Steps) == MaxSteps, "max_steps", $"is {MaxSteps}, but the stages add up to {Stages.Sum(stage => stage.Steps)}");
        Require(Stages.All(stage => stage.Lessons.Count > 0 && stage.Lessons.Values.All(share => share > 0)), "stages", "need lessons with positive shares");
        Require(Stages.All(stage => stage.Steps > 0), "stages", "need positive steps");
        foreach (var lesson in Stages.SelectMany(stage => stage.Lessons.Keys))
        {
            _ = LessonCatalog.Find(lesson);
        }

        var least = PretrainRun.NewTrainer().LeastVocabulary;
        Require(VocabSize >= least, "vocab_size", $"must be at least {least}, the bytes and the added tokens, not {VocabSize}");
        Require(HiddenSize > 0, "hidden_size", $"must be positive, not {HiddenSize}");
        Require(IntermediateSize > 0, "intermediate_size", $"must be positive, not {IntermediateSize}");
        Require(NumHiddenLayers > 0, "num_hidden_layers", $"must be positive, not {NumHiddenLayers}");
        Require(NumAttentionHeads > 0, "num_attention_heads", $"must be positive, not {NumAttentionHeads}");
        Require(
            NumKeyValueHeads > 0 && NumAttentionHeads % NumKeyValueHeads == 0, "num_key_value_heads", $"is {NumKeyValueHeads}, which {NumAttentionHeads} query heads cannot share evenly");
        Require(HeadDim > 0 && HeadDim % 2 == 0, "head_dim", $"must be a positive even number, as a rotary embedding turns pairs, not {HeadDim}");
        Require(MaxPositionEmbeddings > 0, "max_position_embeddings", $"must be positive, not {MaxPositionEmbeddings}");
        Require(RopeTheta > 0 && double.IsFinite(RopeTheta), "rope_theta", "must be a positive number");
        Require(InitializerRange > 0 && double.IsFinite(InitializerRange), "initializer_range", "must be a positive number");
        Require(GroupSize > 0, "group_size", $"must be positive, not {GroupSize}");
        Require(RowsPerUpdate % GroupSize == 0, "per_device_train_batch_size", $"times gradient_accumulation_steps must be a multiple of group_size {GroupSize}");
    }

    public DecoderConfig Architecture(int vocabularySize) => new()
    {
        Family = DecoderFamily.Qwen3,
        VocabularySize = vocabularySize,
        Layers = NumHiddenLayers,
        Width = HiddenSize,
        QueryHeads = NumAttentionHeads,
        KeyValueHeads = NumKeyValueHeads,
        HeadWidth = HeadDim,
        FeedForwardWidth = IntermediateSize,
        MaxPositions = MaxPositionEmbeddings,
        RopeBase = RopeTheta,
        TiesEmbeddings = true,
        InitialDeviation = InitializerRange,
    };
}

/// <summary>Some steps with one mixture of lessons.</summary>
public sealed record PretrainStage
{
    public int Steps { get; init; }

    /// <summary>By name of the lesson; shares need not add up to 1.</summary>
    public IReadOnlyDictionary<string, double> Lessons { get; init; } = new Dictionary<string, double>();
}
