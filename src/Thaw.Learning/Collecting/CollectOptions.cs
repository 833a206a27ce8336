using Thaw.Core.Demonstrations;
using Thaw.Core.Generation;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Training;
using Thaw.Torch;
using static Thaw.Learning.Training.Setting;

namespace Thaw.Learning.Collecting;

/// <summary>Settings of rejection sampling; keys in files are TRL's where it has them, in snake_case.</summary>
public sealed record CollectOptions : ITaskPrompts
{
    /// <summary>Folder for the samples, the dataset and the yield.</summary>
    public string OutputDir { get; init; } = "";

    /// <summary>Decides the prompts of a task and every draw.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Not given: <c>endpoint</c> where there is an address, else <c>checkpoint</c>.</summary>
    public TeacherKind? Teacher { get; init; }

    /// <summary>For a checkpoint as teacher: its folder.</summary>
    public string ModelNameOrPath { get; init; } = "";

    /// <summary>A LoRA adapter that is put on it.</summary>
    public string AdapterNameOrPath { get; init; } = "";

    /// <summary>For a served model as teacher: the address of an OpenAI-compatible server.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The name by which the server knows the model.</summary>
    public string Model { get; init; } = "";

    public TeacherApi Api { get; init; }

    /// <summary>Environment variable with the API key; not given, the usual one where it is set.</summary>
    public string? ApiKeyEnv { get; init; }

    /// <summary>Requests at once, at most.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>JSON Lines with prompts, as of <c>thaw generate</c>. Empty: the training prompts of the task.</summary>
    public string DatasetName { get; init; } = "";

    public string Task { get; init; } = "sokoban";

    public Diversity Diversity { get; init; } = Diversity.Frozen;

    public int? Dose { get; init; }

    public string? Pool { get; init; }

    /// <summary>What the solver writes as teacher.</summary>
    public DemonstrationFormat Format { get; init; } = DemonstrationFormat.Answer;

    public string? Split { get; init; }

    public double DefaultBindingShare { get; init; }

    public double MarkShare { get; init; }

    public int ExtraStarts { get; init; }

    /// <summary>Prompts of the task that are asked.</summary>
    public int DatasetSize { get; init; } = 4096;

    /// <summary>Prompts that are passed over before the first.</summary>
    public int DatasetOffset { get; init; }

    /// <summary>Samples of a prompt, at most.</summary>
    public int NumGenerations { get; init; } = 16;

    public double Temperature { get; init; } = 1.0;

    public double TopP { get; init; } = 1.0;

    public int TopK { get; init; }

    /// <summary>New tokens of a sample, at most; one that does not end by then is never kept.</summary>
    public int MaxCompletionLength { get; init; } = 256;

    /// <summary>Tokens that a kept sample has at least: leaves out answers without a thought. The solver's are not counted.</summary>
    public int MinCompletionLength { get; init; }

    /// <summary>A scorer of the task, as of <c>thaw score</c>; empty is its own.</summary>
    public string Scorer { get; init; } = "";

    /// <summary>Which of the correct samples of a prompt.</summary>
    public KeptSamples Keep { get; init; } = KeptSamples.First;

    public string Device { get; init; } = "cpu";

    public WeightType Dtype { get; init; } = WeightType.Default;

    /// <summary>Matrix products in bfloat16; else in float32, as all other generation.</summary>
    public bool Bf16 { get; init; }

    internal TeacherKind Kind => Teacher ?? (Endpoint.Length > 0 ? TeacherKind.Endpoint : TeacherKind.Checkpoint);

    internal SamplingOptions Sampling => new() { Temperature = Temperature, TopP = TopP, TopK = TopK, MaxNewTokens = MaxCompletionLength };

    internal DType ComputeType => Bf16 ? DType.BFloat16 : DType.Float32;

    /// <exception cref="ArgumentException">A setting is out of its range; the message names its key.</exception>
    public void Validate()
    {
        Require(OutputDir.Length > 0, "output_dir", "is missing");
        Require(Kind != TeacherKind.Checkpoint || ModelNameOrPath.Length > 0, "model_name_or_path", "is missing: name a checkpoint as teacher, an endpoint with its model, or teacher: solver");
        Require(Kind == TeacherKind.Checkpoint || ModelNameOrPath.Length == 0, "model_name_or_path", $"has no meaning where the teacher is another, {(Kind == TeacherKind.Solver ? "the solver" : "an endpoint")}");
        Require(Kind == TeacherKind.Endpoint || Endpoint.Length == 0, "endpoint", "has no meaning where the teacher is another");
        Require(Kind != TeacherKind.Endpoint || Endpoint.Length > 0, "endpoint", "is missing");
        Require(Kind != TeacherKind.Endpoint || Model.Length > 0, "model", "is missing: the name by which the endpoint knows the teacher");
        Require(Kind == TeacherKind.Checkpoint || AdapterNameOrPath.Length == 0, "adapter_name_or_path", "goes with model_name_or_path alone");
        Require(Kind != TeacherKind.Solver || DatasetName.Length == 0, "dataset_name", "does not go with teacher: solver, which answers the prompts of a task alone");
        Require(Concurrency > 0, "concurrency", $"must be positive, not {Concurrency}");
        this.ValidatePrompts();
        Require(DatasetOffset >= 0, "dataset_offset", $"must not be negative, not {DatasetOffset}");
        Require(NumGenerations > 0, "num_generations", $"must be positive, not {NumGenerations}");
        Require(Temperature >= 0 && double.IsFinite(Temperature), "temperature", "must be a number of 0 or more");
        Require(Temperature > 0 || NumGenerations == 1 || Kind == TeacherKind.Solver, "temperature", "is 0, which gives the same sample each time; num_generations must then be 1");
        Require(TopP is > 0 and <= 1, "top_p", "must lie above 0 and at most at 1");
        Require(TopK >= 0, "top_k", $"must not be negative, not {TopK}");
        Require(MinCompletionLength >= 0 && MinCompletionLength <= MaxCompletionLength, "min_completion_length", $"must lie between 0 and max_completion_length, not be {MinCompletionLength}");
        Require(MaxCompletionLength > 0, "max_completion_length", $"must be positive, not {MaxCompletionLength}");
    }
}

/// <summary>Who answers the prompts.</summary>
public enum TeacherKind
{
    Checkpoint,
    Endpoint,
    Solver,
}

/// <summary>How an endpoint is asked: prompts as they are, or as chat messages.</summary>
public enum TeacherApi
{
    Completions,
    Chat,
}

/// <summary>Which of the correct samples of a prompt become rows. One that was cut off at its greatest length is none of them.</summary>
public enum KeptSamples
{
    /// <summary>That of the lowest attempt, as in the paper; no more samples are asked for than finding it takes.</summary>
    First,

    /// <summary>One of all, drawn evenly.</summary>
    Random,

    /// <summary>That of the fewest tokens, the lower attempt among equals.</summary>
    Shortest,

    /// <summary>All, a text that comes again only once.</summary>
    All,
}
