using System.CommandLine;
using Thaw.Core.Datasets;
using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;

namespace Thaw.Cli.Verbs;

/// <summary>The flags of <c>gen</c>, and which of them go together.</summary>
internal sealed class GenFlags
{
    private const string Paper = "paper";
    private const string Thaw = "thaw";

    private readonly Option<string> _task = new("--task") { Description = "Which game.", HelpName = "NAME", Required = true };
    private readonly Option<bool> _instancesOnly = new("--instances-only") { Description = "Write instances without prompts to one file." };
    private readonly Option<string> _source = new("--source") { Description = "thaw draws instances of our own, paper those of the public generator.", HelpName = "thaw|paper", DefaultValueFactory = _ => Thaw };
    private readonly Option<string?> _preset = new("--preset") { Description = "paper: the instances of the paper's training set, all of them.", HelpName = "paper" };
    private readonly Option<string?> _split = new("--split") { Description = "Whose instances; demonstrations also have its prompts. Without it demonstrations are those of the paper's training set.", HelpName = "NAME" };
    private readonly Option<string?> _seeds = new("--seeds") { Description = "Seeds of the public generator, an instance each.", HelpName = "A-B" };
    private readonly Option<string> _fold = new("--fold") { Description = "Part of our own instances: train, validation or test.", HelpName = "NAME", DefaultValueFactory = _ => "train" };
    private readonly Option<int?> _count = new("--count") { Description = "Rows to write.", HelpName = "N" };
    private readonly Option<ulong> _seed = CommonOptions.Seed();
    private readonly PlanFlags _plan = new();
    private readonly Option<string[]> _export = CommonOptions.List("--export", $"Further files in the columns of other trainers: {string.Join(", ", DatasetFormat.Exports.Select(format => format.Name))}.");
    private readonly Option<string> _out = new("--out") { Description = "File for instances, folder for demonstrations.", HelpName = "PATH", Required = true };

    // How large instances are, and what else describes those of a public generator; the tasks say what there is.
    private readonly IReadOnlyList<Option<int?>> _sizes =
        [.. TaskCatalog.All.SelectMany(task => task.Sizes).Distinct().Select(name => new Option<int?>($"--{name}") { Description = "Size of the instances, in place of the split's own; all of the sizes or none.", HelpName = "N" })];

    private readonly IReadOnlyList<Option<int?>> _depths =
        [.. TaskCatalog.References.SelectMany(source => source.Parameters).Except(TaskCatalog.All.SelectMany(task => task.Sizes)).Distinct().Select(name => new Option<int?>($"--{name}") { Description = "With --source paper and the sizes, in place of --split.", HelpName = "N" })];

    public IEnumerable<Option> All =>
    [
        _task, _instancesOnly, _source, _preset, _split, .. Parameters, _seeds, _fold, _count, _seed, .. _plan.All, _export, _out,
    ];

    private IEnumerable<Option<int?>> Parameters => [.. _sizes, .. _depths];

    /// <exception cref="UsageException">A value is wrong, or flags do not go together.</exception>
    public GenRequest Read(ParseResult parsed) => UsageException.From<GenRequest>(() =>
    {
        if (!parsed.GetValue(_instancesOnly))
        {
            return ReadDemonstrations(parsed);
        }

        if (Directory.Exists(parsed.GetRequiredValue(_out)))
        {
            throw new UsageException($"--out: {parsed.GetRequiredValue(_out)} is a folder, but instances go to one file");
        }

        return FlagWord.OneOf(parsed, _source, Thaw, Paper) == Paper ? ReadReference(parsed) : ReadOwn(parsed);
    });

    private GenRequest.Reference ReadReference(ParseResult parsed)
    {
        Refuse(parsed, "--source paper", [_count, _seed, _fold, .. _plan.All, _export]);
        var (task, output) = (parsed.GetRequiredValue(_task), parsed.GetRequiredValue(_out));
        var source = TaskCatalog.FindReference(task);
        if (IsPaperPreset(parsed))
        {
            Refuse(parsed, "--preset paper", [_split, _seeds, .. Parameters]);
            var training = source.PaperTraining;
            return new GenRequest.Reference(task, output, "--preset paper", new SeedRange(training.FirstSeed, training.Count), training.Make);
        }

        var seeds = SeedRange.Parse(parsed.GetValue(_seeds) ?? throw new UsageException("--seeds is required with --source paper"));
        if (parsed.GetValue(_split) is { } split)
        {
            Refuse(parsed, "--split", Parameters);
            return new GenRequest.Reference(task, output, $"--split {split}", seeds, source.Open(split));
        }

        var needed = source.Parameters.Select(name => Parameters.Single(option => option.Name == $"--{name}")).ToArray();
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
        Refuse(parsed, "--instances-only", [.. _plan.All, _export]);
        Refuse(parsed, "our own instances; add --source paper", [_seeds, _preset, .. _depths]);
        var task = TaskCatalog.Find(parsed.GetRequiredValue(_task));
        var (split, which) = Split(parsed, task);
        return new GenRequest.Own(
            task.Name, parsed.GetRequiredValue(_out), split ?? task.Splits[0], which.Length > 0 ? which : $" --split {task.Splits[0].Name}", FlagWord.Read<Fold>(parsed, _fold), Count(parsed), parsed.GetValue(_seed));
    }

    private GenRequest.Demonstrations ReadDemonstrations(ParseResult parsed)
    {
        Refuse(parsed, "demonstrations; add --instances-only", [_seeds, .. _depths]);
        Refuse(parsed, "demonstrations, which are of the training fold", _fold);
        var task = TaskCatalog.Find(parsed.GetRequiredValue(_task));
        var isPaper = IsPaperPreset(parsed);
        if (isPaper)
        {
            Refuse(parsed, "--preset paper", [_split, .. _sizes]);
        }
        else if (FlagWord.OneOf(parsed, _source, Thaw, Paper) == Paper)
        {
            throw new UsageException("--source paper goes with --instances-only or --preset paper");
        }

        var (split, which) = Split(parsed, task);
        var plan = _plan.Read(parsed, parsed.GetValue(_seed), split);
        if (plan.Diversity == Diversity.Frozen)
        {
            Refuse(parsed, "--diversity frozen", _plan.OfDiversity);
        }

        var count = !isPaper ? Count(parsed)
            : parsed.GetValue(_count) is not null ? Count(parsed)
            : Teacher(task.Name).TrainingRows;
        return new GenRequest.Demonstrations(
            task.Name, parsed.GetRequiredValue(_out), plan, which, count, isPaper, [.. (parsed.GetValue(_export) ?? []).Distinct().Select(DatasetFormat.FindExport)]);
    }

    // The split that was asked for, in the size that was asked for, and the flags that say so; null where neither was. A size alone is one of the first split.
    private (Split? Split, string Flags) Split(ParseResult parsed, ITask task)
    {
        var name = parsed.GetValue(_split);
        var split = name is null ? null : task.FindSplit(name);
        var flags = name is null ? "" : $" --split {name}";
        var given = _sizes.Where(option => parsed.GetValue(option) is not null).ToList();
        if (given.Count == 0)
        {
            return (split, flags);
        }

        var sizes = task.Sizes.Select(size => _sizes.Single(option => option.Name == $"--{size}")).ToList();
        if (given.Find(option => !sizes.Contains(option)) is { } foreign)
        {
            throw new UsageException($"{foreign.Name} has no effect with {task.Name}, whose splits alone say how large an instance is");
        }

        if (sizes.Find(option => !given.Contains(option)) is { } missing)
        {
            throw new UsageException($"{missing.Name} is required with {given[0].Name}");
        }

        int[] values = [.. sizes.Select(option => parsed.GetValue(option)!.Value)];
        return (task.Resize(split ?? task.Splits[0], values), flags + string.Concat(sizes.Zip(values, (option, value) => $" {option.Name} {value}")));
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

    private int Count(ParseResult parsed) => parsed.GetValue(_count) switch
    {
        null => throw new UsageException("--count is required; 'thaw gen --help' shows an example"),
        { } count => FlagRange.Positive(_count.Name, count),
    };
}
