using Thaw.Core.Demonstrations;
using Thaw.Core.Reports;
using Thaw.Learning.Sft.Linting;
using Thaw.Learning.Sft.Rows;
using Thaw.Learning.Training;
using static Thaw.Learning.Training.Setting;

namespace Thaw.Learning.Sft;

/// <summary>Settings of supervised fine-tuning; keys in files are TRL's, in snake_case.</summary>
public sealed record SftOptions : SftLossOptions, ITaskPrompts
{
    /// <summary>JSON Lines with prompt and completion, messages, or question and answer. Empty: the task's solver writes the rows.</summary>
    public string DatasetName { get; init; } = "";

    /// <summary>Several sources in place of one; each step takes rows of each in proportion to its weight.</summary>
    public IReadOnlyList<DatasetSource> DatasetMixture { get; init; } = [];

    /// <summary>Targets are the tokens of the answer alone; else those of the prompt too.</summary>
    public bool CompletionOnlyLoss { get; init; } = true;

    /// <summary>For chats: targets are all the assistant's turns; else the last one, or all that is behind the prompt.</summary>
    public bool AssistantOnlyLoss { get; init; }

    /// <summary>The token that ends an answer, such as <c>&lt;|im_end|&gt;</c>; null is the first of the model's <c>eos_token_id</c>. Checkpoints then name it first.</summary>
    public string? EosToken { get; init; }

    /// <summary>Whether rows are looked through for faults before the first step, and whether an error stops the run.</summary>
    public LintMode Lint { get; init; } = LintMode.Error;

    /// <summary>Looks through the rows and trains nothing; the weights are not read.</summary>
    public bool LintOnly { get; init; }

    /// <summary>For rows of the solver: whether each row states its own words.</summary>
    public Diversity Diversity { get; init; } = Diversity.Frozen;

    /// <summary>For diverse rows of the solver: how many different bindings all rows use together; null draws one for each row.</summary>
    public int? Dose { get; init; }

    /// <summary>For diverse rows of the solver: the task's pool that bindings are drawn from; null is its own.</summary>
    public string? Pool { get; init; }

    /// <summary>For rows of the solver: what a completion holds before its answer. A thought needs a larger <see cref="FineTuningOptions.MaxCompletionLength"/> in evaluations.</summary>
    public DemonstrationFormat Format { get; init; } = DemonstrationFormat.Answer;

    /// <summary>For rows of the solver: whose instances and prompts they show; null is the paper's training set.</summary>
    public string? Split { get; init; }

    /// <summary>For rows of the solver: how many different ones; training goes over them in a new order each time.</summary>
    public int DatasetSize { get; init; } = 4096;

    /// <summary>For diverse rows of the solver: the share that keeps the training words. The paper has 0.</summary>
    public double DefaultBindingShare { get; init; }

    /// <summary>For rows of the solver: further start positions of each training instance; a small task has few instances. The paper has 0.</summary>
    public int ExtraStarts { get; init; }

    /// <summary>With <c>diversity: diverse</c>, the share of rows whose words are letters, digits and symbols, none of them a split's.</summary>
    public double MarkShare { get; init; }

    /// <summary>Tokens of a row; <see cref="Truncation"/> says what becomes of a longer one.</summary>
    public int MaxLength { get; init; } = 1024;

    public Truncation Truncation { get; init; } = Truncation.Error;

    /// <summary>With <c>prefix_sharing: false</c>, several rows of a step in one of at most <see cref="MaxLength"/> tokens, where they do not see each other, instead of padding.</summary>
    /// <remarks>Differs from TRL: <c>per_device_train_batch_size</c> goes on counting rows of the dataset, so a step learns from the same ones packed or not.</remarks>
    public bool Packing { get; init; }

    /// <summary>With <c>packing</c>, which row an example goes to.</summary>
    public PackingStrategy PackingStrategy { get; init; } = PackingStrategy.Bfd;

    public override BatchLayout Layout() => BatchLayout.For(PrefixSharing, Packing, MaxLength, Torch.Device.Parse(Device));

    public override IEnumerable<RunInput> Inputs() =>
        [.. RunInput.Folder("model", ModelNameOrPath), .. SourceNames.Of(this).Select(named => InputOf(named.Source.In(this)))];

    public override void Validate()
    {
        base.Validate();
        this.ValidatePrompts();
        ValidateMixture();
        Require(!LintOnly || Lint != LintMode.Off, "lint_only", "looks at nothing with lint off");
        Require(CompletionOnlyLoss || !AssistantOnlyLoss, "assistant_only_loss", "does not go with completion_only_loss false");
        Require(EosToken is null || !UsePeft, "eos_token", "does not go with use_peft: an adapter has no generation_config.json; change that of the model");
        Require(!UsePeft || (LossType != LossType.Psft && L2AnchorCoeff == 0), "use_peft", "goes neither with loss_type psft nor with l2_anchor_coeff, which are about the model's own weights");
        Require(MaxLength > 1, "max_length", $"must be at least 2, not {MaxLength}");
    }

    private static RunInput InputOf(SftOptions source) => source.DatasetName.Length > 0
        ? RunInput.File("dataset", DatasetReader.FileOf(source.DatasetName))
        : new RunInput("dataset", $"{source.DatasetSize} rows of the solver of {source.Task}, as the configuration says");

    private void ValidateMixture()
    {
        Require(DatasetMixture.Count == 0 || DatasetName.Length == 0, "dataset_mixture", "does not go with dataset_name; name the file as one of its sources");
        var weighed = DatasetMixture.Count(source => source.Weight is not null);
        Require(weighed == 0 || weighed == DatasetMixture.Count, "dataset_mixture", $"has a weight in {weighed} of {DatasetMixture.Count} sources; give one to all, or to none to take each by its rows");
        foreach (var (source, i) in DatasetMixture.Select((source, i) => (source, i)))
        {
            var key = $"dataset_mixture[{i}].";
            Require(source.Weight is null || (source.Weight > 0 && double.IsFinite(source.Weight.Value)), key + "weight", "must be a positive number");
            Require(source.DatasetName is null || !source.HasSolverKey, key + "dataset_name", "does not go with keys of the solver: its rows are there already");
            Require(source.Name is null || DatasetMixture.Count(other => other.Name == source.Name) == 1, key + "name", $"is '{source.Name}' in another source too");
            source.In(this).ValidatePrompts(key);
        }
    }
}

/// <summary>Named as in TRL's <c>packing_strategy</c>; those that cut examples are left out.</summary>
public enum PackingStrategy
{
    /// <summary>Best fit decreasing: the longest first, each into the fullest row that has room for it.</summary>
    Bfd,
}
