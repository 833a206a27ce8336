using Thaw.Learning.Sft;
using static Thaw.Learning.Training.Setting;

namespace Thaw.Learning.Collecting;

/// <summary>Settings of rejection-sampling fine-tuning in rounds.</summary>
public sealed record RftOptions
{
    public string OutputDir { get; init; } = "";

    /// <summary>The checkpoint folder to start from.</summary>
    public string ModelNameOrPath { get; init; } = "";

    /// <summary>Decides the prompts, the samples and the order of the rows.</summary>
    public ulong Seed { get; init; } = 1;

    public string Task { get; init; } = "sokoban";

    public int Rounds { get; init; } = 3;

    /// <summary>Trains every round's rows on the first weights, not on those that sampled them.</summary>
    public bool FromStart { get; init; }

    /// <summary>How a round samples; <c>dataset_size</c> prompts of the task, other ones in each round, or every round all of a file.</summary>
    public CollectOptions Collect { get; init; } = new();

    /// <summary>How a round trains.</summary>
    public SftOptions Sft { get; init; } = new();

    /// <summary>Whether the folder has a round, whole or not.</summary>
    public bool IsBegun() => Directory.Exists(FolderOf(0));

    /// <exception cref="ArgumentException">A setting is out of its range, or is decided above; the message names its key.</exception>
    public void Validate()
    {
        Require(OutputDir.Length > 0, "output_dir", "is missing");
        Require(ModelNameOrPath.Length > 0, "model_name_or_path", "is missing");
        Require(Rounds > 0, "rounds", $"must be positive, not {Rounds}");
        Require(Collect.Kind == TeacherKind.Checkpoint, "collect.teacher", "is the model that is trained");
        Require(Collect.OutputDir.Length == 0 && Sft.OutputDir.Length == 0, "output_dir", "is said once for all rounds, not below collect or sft");
        Require(Collect.ModelNameOrPath.Length == 0 && Sft.ModelNameOrPath.Length == 0, "model_name_or_path", "is said once for all rounds, not below collect or sft");
        Require(Sft.DatasetName.Length == 0 && Sft.DatasetMixture.Count == 0, "sft.dataset_name", "is what the round collected");
        Require(!Sft.LintOnly, "sft.lint_only", "trains nothing, so there would be no next round");
        RequireSaidOnce(Collect.Task, new CollectOptions().Task, Task, "collect.task");
        RequireSaidOnce(Sft.Task, new SftOptions().Task, Task, "sft.task");
        RequireSaidOnce(Collect.Seed, new CollectOptions().Seed, Seed, "collect.seed");
        RequireSaidOnce(Sft.Seed, new SftOptions().Seed, Seed, "sft.seed");
        Require(!Sft.UsePeft, "sft.use_peft", "does not go with rounds: the next one samples from whole weights");
        ValidatePart("collect", CollectOf(0, ModelNameOrPath).Validate);
        ValidatePart("sft", SftOf(0, ModelNameOrPath).Validate);

        static void RequireSaidOnce<T>(T own, T unsaid, T above, string key) =>
            Require(Equals(own, unsaid) || Equals(own, above), key, $"is said once for all rounds: {above}, not {own}");
    }

    /// <summary>How a round samples from some weights.</summary>
    /// <param name="round">From 0.</param>
    internal CollectOptions CollectOf(int round, string model) => Collect with
    {
        OutputDir = Path.Combine(FolderOf(round), "collect"),
        ModelNameOrPath = model,
        Task = Task,
        Seed = Seed,
        DatasetOffset = Collect.DatasetOffset + (Collect.DatasetName.Length == 0 ? round * Collect.DatasetSize : 0),
    };

    internal SftOptions SftOf(int round, string model) => Sft with
    {
        OutputDir = Path.Combine(FolderOf(round), "sft"),
        ModelNameOrPath = FromStart ? ModelNameOrPath : model,
        DatasetName = Path.Combine(FolderOf(round), "collect", CollectRun.TrainName),
        Task = Task,
        Seed = Seed,
    };

    private string FolderOf(int round) => Path.Combine(OutputDir, $"round-{round + 1}");
}
