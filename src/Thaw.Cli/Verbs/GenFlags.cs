using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Thaw.Core.Datasets;
using Thaw.Core.Demonstrations;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Core.Text;

namespace Thaw.Cli.Verbs;

/// <summary>The flags of <c>gen</c>, and which of them go together.</summary>
internal sealed class GenFlags
{
    private const string Paper = "paper";
    private const string Thaw = "thaw";
    private const string DosePrefix = "dose:";

    private readonly Option<string> _task = new("--task") { Description = "Which game.", HelpName = "NAME", Required = true };
    private readonly Option<bool> _instancesOnly = new("--instances-only") { Description = "Write instances without prompts to one file." };
    private readonly Option<string> _source = new("--source") { Description = "thaw draws instances of our own, paper those of the public generator.", HelpName = "thaw|paper", DefaultValueFactory = _ => Thaw };
    private readonly Option<string?> _preset = new("--preset") { Description = "paper: the instances of the paper's training set, all of them.", HelpName = "paper" };
    private readonly Option<string?> _split = new("--split") { Description = "Whose instances; goes with --instances-only.", HelpName = "NAME" };
    private readonly Option<string?> _seeds = new("--seeds") { Description = "Seeds of the public generator, an instance each.", HelpName = "A-B" };
    private readonly Option<string> _fold = new("--fold") { Description = "Part of our own instances: train, validation or test.", HelpName = "NAME", DefaultValueFactory = _ => "train" };
    private readonly Option<int?> _count = new("--count") { Description = "Rows to write.", HelpName = "N" };
    private readonly Option<ulong> _seed = CommonOptions.Seed();
    private readonly Option<string> _diversity = new("--diversity") { Description = "frozen: the training words in every row; diverse: words drawn for each row; dose:N: N different mappings in all.", HelpName = "frozen|diverse|dose:N", DefaultValueFactory = _ => "frozen" };
    private readonly Option<string> _format = new("--format") { Description = "How much a completion thinks aloud.", HelpName = "answer|cot-brief|cot|cot-full", DefaultValueFactory = _ => "answer" };
    private readonly Option<double> _defaultBindingShare = new("--default-binding-share") { Description = "With diversity, the share of rows that keep the training words.", HelpName = "P" };
    private readonly Option<int> _extraStarts = new("--extra-starts") { Description = "Further start positions of each training instance.", HelpName = "N" };
    private readonly Option<string?> _pool = new("--pool") { Description = "With diversity, what bindings are drawn from; the task's own where nothing is said.", HelpName = "NAME" };
    private readonly Option<string[]> _export = CommonOptions.List("--export", $"Further files in the columns of other trainers: {string.Join(", ", DatasetFormat.Exports.Select(format => format.Name))}.");
    private readonly Option<string> _out = new("--out") { Description = "File for instances, folder for demonstrations.", HelpName = "PATH", Required = true };

    // What describes the instances of a public generator in place of a split; the tasks say what there is.
    private readonly IReadOnlyList<Option<int?>> _parameters =
        [.. TaskCatalog.References.SelectMany(source => source.Parameters).Distinct().Select(name => new Option<int?>($"--{name}") { Description = "With --source paper, in place of --split.", HelpName = "N" })];

    public IEnumerable<Option> All =>
    [
        _task, _instancesOnly, _source, _preset, _split, .. _parameters, _seeds, _fold, _count, _seed,
        _diversity, _format, _defaultBindingShare, _extraStarts, _pool, _export, _out,
    ];

    /// <summary>As on the command line: <c>cot-brief</c>.</summary>
    public static string NameOf(DemonstrationFormat format) => JsonNamingPolicy.KebabCaseLower.ConvertName(format.ToString());

    /// <exception cref="UsageException">A value is wrong, or flags do not go together.</exception>
    public GenRequest Read(ParseResult parsed)
    {
        try
        {
            if (parsed.GetValue(_instancesOnly) && Directory.Exists(parsed.GetRequiredValue(_out)))
            {
                throw new UsageException($"--out: {parsed.GetRequiredValue(_out)} is a folder, but instances go to one file");
            }

            return !parsed.GetValue(_instancesOnly) ? ReadDemonstrations(parsed)
                : OneOf(parsed, _source, Thaw, Paper) == Paper ? ReadReference(parsed)
                : ReadOwn(parsed);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private GenRequest.Reference ReadReference(ParseResult parsed)
    {
        Refuse(parsed, "--source paper", _count, _seed, _fold, _diversity, _format, _defaultBindingShare, _extraStarts, _pool, _export);
        var (task, output) = (parsed.GetRequiredValue(_task), parsed.GetRequiredValue(_out));
        var source = TaskCatalog.FindReference(task);
        if (IsPaperPreset(parsed))
        {
            Refuse(parsed, "--preset paper", [_split, _seeds, .. _parameters]);
            var training = source.PaperTraining;
            return new GenRequest.Reference(task, output, "--preset paper", new SeedRange(training.FirstSeed, training.Count), training.Make);
        }

        var seeds = SeedRange.Parse(parsed.GetValue(_seeds) ?? throw new UsageException("--seeds is required with --source paper"));
        if (parsed.GetValue(_split) is { } split)
        {
            Refuse(parsed, "--split", [.. _parameters]);
            return new GenRequest.Reference(task, output, $"--split {split}", seeds, source.Open(split));
        }

        var needed = source.Parameters.Select(name => _parameters.Single(option => option.Name == $"--{name}")).ToArray();
        var missing = needed.FirstOrDefault(option => parsed.GetValue(option) is null);
        if (needed.Length == 0 || missing is not null)
        {
            throw new UsageException($"{(needed.Length == 0 || missing == needed[0] ? "--split" : missing!.Name)} is required with --source paper");
        }

        int[] values = [.. needed.Select(option => parsed.GetValue(option)!.Value)];
        return new GenRequest.Reference(task, output, string.Join(' ', needed.Zip(values, (option, value) => $"{option.Name} {value}")), seeds, source.Open(values));
    }

    private GenRequest.Own ReadOwn(ParseResult parsed)
    {
        Refuse(parsed, "--instances-only", _diversity, _format, _defaultBindingShare, _extraStarts, _pool, _export);
        Refuse(parsed, "our own instances; add --source paper", [_seeds, _preset, .. _parameters]);
        var task = TaskCatalog.Find(parsed.GetRequiredValue(_task));
        var split = parsed.GetValue(_split) is { } name ? task.FindSplit(name) : task.Splits[0];
        return new GenRequest.Own(task.Name, parsed.GetRequiredValue(_out), split, FoldNamed(OneOf(parsed, _fold, "train", "validation", "test")), Count(parsed), parsed.GetValue(_seed));
    }

    private GenRequest.Demonstrations ReadDemonstrations(ParseResult parsed)
    {
        Refuse(parsed, "demonstrations; add --instances-only", [_split, _seeds, _fold, .. _parameters]);
        var task = TaskCatalog.Find(parsed.GetRequiredValue(_task));
        var isPaper = IsPaperPreset(parsed);
        if (!isPaper && OneOf(parsed, _source, Thaw, Paper) == Paper)
        {
            throw new UsageException("--source paper goes with --instances-only or --preset paper");
        }

        var (diversity, dose) = Diversity(parsed);
        var plan = new DemonstrationPlan(diversity, parsed.GetValue(_seed), Share(parsed), NotNegative(parsed, _extraStarts), dose, Format(parsed), parsed.GetValue(_pool));
        var count = !isPaper ? Count(parsed)
            : parsed.GetValue(_count) is not null ? Count(parsed)
            : Teacher(task.Name).TrainingRows;
        return new GenRequest.Demonstrations(
            task.Name, parsed.GetRequiredValue(_out), plan, count, isPaper, [.. (parsed.GetValue(_export) ?? []).Distinct().Select(DatasetFormat.FindExport)]);
    }

    /// <exception cref="UsageException">The task has no demonstrations of the paper's training set.</exception>
    public static IReferenceTeacher Teacher(string task) => TaskCatalog.FindReference(task) as IReferenceTeacher
        ?? throw new UsageException($"--preset paper gives {task} instances alone; add --instances-only");

    // A flag that would have no effect is a mistake.
    private static void Refuse(ParseResult parsed, string with, params IEnumerable<Option> options)
    {
        if (options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new UsageException($"{given.Name} has no effect with {with}");
        }
    }

    private bool IsPaperPreset(ParseResult parsed) => parsed.GetValue(_preset) switch
    {
        null => false,
        Paper => true,
        var name => throw new UsageException($"--preset must be paper, not '{name}'"),
    };

    private (Diversity Diversity, int? Dose) Diversity(ParseResult parsed)
    {
        var text = parsed.GetRequiredValue(_diversity);
        return text switch
        {
            "frozen" => (Core.Demonstrations.Diversity.Frozen, null),
            "diverse" => (Core.Demonstrations.Diversity.Diverse, null),
            _ when text.StartsWith(DosePrefix, StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(DosePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var dose) && dose > 0 =>
                (Core.Demonstrations.Diversity.Diverse, dose),
            _ => throw new UsageException($"--diversity must be frozen, diverse or dose:N with a positive N, not '{text}'"),
        };
    }

    private DemonstrationFormat Format(ParseResult parsed)
    {
        var name = OneOf(parsed, _format, [.. Enum.GetValues<DemonstrationFormat>().Select(NameOf)]);
        return Enum.GetValues<DemonstrationFormat>().Single(format => NameOf(format) == name);
    }

    private int Count(ParseResult parsed) => parsed.GetValue(_count) switch
    {
        > 0 and var count => count,
        null => throw new UsageException("--count is required; 'thaw gen --help' shows an example"),
        var count => throw new UsageException($"--count: must be positive, not {count}"),
    };

    private double Share(ParseResult parsed) => parsed.GetValue(_defaultBindingShare) is >= 0 and <= 1 and var share
        ? share
        : throw new UsageException(FormattableString.Invariant($"--default-binding-share: must lie between 0 and 1, not {parsed.GetValue(_defaultBindingShare)}"));

    private static int NotNegative(ParseResult parsed, Option<int> option) => parsed.GetValue(option) is >= 0 and var value
        ? value
        : throw new UsageException($"{option.Name}: must not be negative, but is {parsed.GetValue(option)}");

    private static Fold FoldNamed(string name) => Enum.GetValues<Fold>().Single(fold => JsonFormat.NameOf(fold) == name);

    private static string OneOf(ParseResult parsed, Option<string> option, params string[] known)
    {
        var name = parsed.GetRequiredValue(option);
        return known.Contains(name) ? name : throw new UsageException(NearestName.Describe(option.Name[2..], name, known));
    }
}
