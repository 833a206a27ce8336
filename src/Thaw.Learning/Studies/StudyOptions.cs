using Thaw.Core.Demonstrations;
using Thaw.Core.Reports;
using Thaw.Learning.Sft;
using Thaw.Learning.Sft.Rows;
using static Thaw.Learning.Training.Setting;

namespace Thaw.Learning.Studies;

/// <summary>A study as data: which recipes are trained from which model, and where they are played.</summary>
public sealed record StudyOptions
{
    private static readonly string[] s_shared = ["model_name_or_path", "output_dir", "task", "seed", "eval_splits"];

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
        RequireDistinct(Splits, "splits");
        Require(Instances > 0, "instances", $"must be positive, not {Instances}");
        Require(Arms.Count > 0, "arms", "is empty");
        foreach (var (name, arm) in Arms)
        {
            Require(IsName(name), "arms", $"has the name '{name}'; lower-case letters, digits and '-' are expected");
            Require(name is not ("base" or "stages"), "arms", $"has the name '{name}', which the study itself uses");
            var shared = s_shared.FirstOrDefault(arm.Given.ContainsKey);
            Require(shared is null, $"arms.{name}.{shared}", "is the same for all arms: the study says it");
            ValidatePart($"Arm '{name}'", () =>
            {
                var settings = SettingsOf(name);
                settings.Validate();
                Require(!settings.LintOnly, "lint_only", "trains nothing, so there would be nothing to compare");
            });
        }

        Require(MaxCompletionLength is null or > 0, "max_completion_length", $"must be positive, not {MaxCompletionLength}");
        StageRules.Require(this);
    }

    /// <summary>The files that arms and stages learn from or ask, by their content; not those that a stage writes.</summary>
    public IEnumerable<RunInput> DataInputs()
    {
        var settings = Arms.Where(arm => arm.Value.Stage is null).Select(arm => SettingsOf(arm.Key))
            .Concat(Stages?.Where(stage => stage.Data is null).Select(stage => stage.Sft).OfType<SftOptions>() ?? []);
        var names = settings.SelectMany(own => own.DatasetMixture.Select(source => source.DatasetName).Append(own.DatasetName))
            .Concat(Stages?.SelectMany(stage => new[] { stage.Grpo?.DatasetName, stage.Collect?.DatasetName, stage.Rft?.Collect.DatasetName, stage.Data is null ? stage.Dpo?.DatasetName : null }) ?? []);
        return names.Where(name => !string.IsNullOrEmpty(name)).Select(name => DatasetReader.FileOf(name!)).Distinct().Select(file => RunInput.File("dataset", file));
    }

    internal static bool IsName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>What arms have that say nothing else.</summary>
    internal SftOptions Shared => Training with
    {
        Format = Format ?? Training.Format,
        MaxCompletionLength = MaxCompletionLength ?? Training.MaxCompletionLength,
    };

    /// <summary>The resolved fine-tuning settings of one arm.</summary>
    public SftOptions SettingsOf(string arm) => Arms[arm].Over(Shared) with
    {
        ModelNameOrPath = ModelNameOrPath,
        OutputDir = Path.Combine(OutputDir, arm),
        Task = Task,
        Seed = Seed,
        EvalSplits = Splits,
    };
}
