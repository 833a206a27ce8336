using Thaw.Core.Demonstrations;
using Thaw.Learning.Sft;

namespace Thaw.Learning.Studies;

/// <summary>A study as data: which recipes are trained from which model, and where they are played.</summary>
public sealed record StudyOptions
{
    public string Title { get; init; } = "";

    public string Task { get; init; } = "sokoban";

    /// <summary>The base model: evaluated as it is, and the start of every arm.</summary>
    public string ModelNameOrPath { get; init; } = "";

    /// <summary>Folder for all that the study writes.</summary>
    public string OutputDir { get; init; } = "";

    /// <summary>Training seed of every arm: the rows and their order.</summary>
    public ulong Seed { get; init; } = 1;

    public IReadOnlyList<string> Splits { get; init; } = [];

    /// <summary>Test episodes of each split; the same instances in every split of a family and for every arm.</summary>
    public int Instances { get; init; } = 200;

    /// <summary>Decides the test instances and the words drawn for them; the same for all training seeds.</summary>
    public ulong EvalSeed { get; init; }

    /// <summary>New tokens of a turn in every stage, arm and evaluation; not given, each has its own.</summary>
    public int? MaxCompletionLength { get; init; }

    /// <summary>What the solver's rows hold in every stage, and in arms that say nothing else; not given, each has its own.</summary>
    public DemonstrationFormat? Format { get; init; }

    /// <summary>What is done before the arms, in this order; null for nothing.</summary>
    public IReadOnlyList<StudyStage>? Stages { get; init; }

    /// <summary>What all arms share.</summary>
    public SftOptions Training { get; init; } = new();

    /// <summary>By name, in the order of the table.</summary>
    public IReadOnlyDictionary<string, StudyArm> Arms { get; init; } = new Dictionary<string, StudyArm>();

    /// <summary>Where the study differs from the paper, for the report.</summary>
    public IReadOnlyList<string> Deviations { get; init; } = [];

    /// <exception cref="ArgumentException">A setting is out of its range; the message names its key.</exception>
    public void Validate()
    {
        Require(ModelNameOrPath.Length > 0, "model_name_or_path", "is missing");
        Require(OutputDir.Length > 0, "output_dir", "is missing");
        Require(Splits.Count > 0, "splits", "is empty");
        Require(Instances > 0, "instances", $"must be positive, not {Instances}");
        Require(Arms.Count > 0, "arms", "is empty");
        foreach (var arm in Arms.Keys)
        {
            Require(IsName(arm), "arms", $"has the name '{arm}'; lower-case letters, digits and '-' are expected");
        }

        Require(MaxCompletionLength is null or > 0, "max_completion_length", $"must be positive, not {MaxCompletionLength}");
        StageRules.Require(this);
    }

    internal static bool IsName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>New tokens of a turn in the evaluation of the arms.</summary>
    internal int TurnTokens => MaxCompletionLength ?? Training.MaxCompletionLength;

    /// <summary>The resolved fine-tuning settings of one arm.</summary>
    public SftOptions SettingsOf(string arm)
    {
        var own = Arms[arm];
        return Training with
        {
            ModelNameOrPath = ModelNameOrPath,
            OutputDir = Path.Combine(OutputDir, arm),
            Task = Task,
            Seed = Seed,
            EvalSplits = Splits,
            DatasetName = own.DatasetName ?? Training.DatasetName,
            Diversity = own.Diversity ?? Training.Diversity,
            Dose = own.Dose ?? Training.Dose,
            Pool = own.Pool ?? Training.Pool,
            Format = own.Format ?? Format ?? Training.Format,
            MaxCompletionLength = TurnTokens,
            Split = own.Split ?? Training.Split,
            DefaultBindingShare = own.DefaultBindingShare ?? Training.DefaultBindingShare,
            MarkShare = own.MarkShare ?? Training.MarkShare,
            DatasetSize = own.DatasetSize ?? Training.DatasetSize,
            MaxSteps = own.MaxSteps ?? Training.MaxSteps,
            LearningRate = own.LearningRate ?? Training.LearningRate,
            FreezeEmbeddings = own.FreezeEmbeddings ?? Training.FreezeEmbeddings,
        };
    }

    private static void Require(bool condition, string key, string cause)
    {
        if (!condition)
        {
            throw new ArgumentException($"Key '{key}' {cause}.");
        }
    }
}

/// <summary>One recipe: what differs from <see cref="StudyOptions.Training"/>. Null leaves the shared value.</summary>
public sealed record StudyArm
{
    public string Description { get; init; } = "";

    /// <summary>The stage whose checkpoint this arm is; nothing is trained then.</summary>
    public string? Stage { get; init; }

    public Diversity? Diversity { get; init; }

    public int? Dose { get; init; }

    public string? Pool { get; init; }

    public DemonstrationFormat? Format { get; init; }

    public string? Split { get; init; }

    public double? DefaultBindingShare { get; init; }

    public double? MarkShare { get; init; }

    public string? DatasetName { get; init; }

    public int? DatasetSize { get; init; }

    public int? MaxSteps { get; init; }

    public double? LearningRate { get; init; }

    public bool? FreezeEmbeddings { get; init; }
}
