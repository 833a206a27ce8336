using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Cli.Output;
using Thaw.Core.Datasets;
using Thaw.Core.Demonstrations;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw gen --task NAME … --out PATH</c>: instances, or demonstrations with a card.</summary>
internal static class GenCommand
{
    public static Command Create()
    {
        var flags = new GenFlags();
        var json = CommonOptions.Json();
        var verb = new Verb(
            "gen",
            "Write demonstrations to learn from, or instances alone; an interrupted dataset goes on where it stopped.",
            "thaw gen --task sokoban --diversity diverse --count 10000 --seed 1 --export trl --out data/diverse");
        foreach (var option in flags.All.Append(json))
        {
            verb.Add(option);
        }

        verb.Notes =
        [
            "Further examples:",
            "  thaw gen --task sokoban --split larger --format cot --count 1000 --out data/larger",
            "  thaw gen --task points --diversity dose:4 --format cot --count 10000 --seed 1 --out data/points",
            "  thaw gen --task sokoban --rows 8 --cols 7 --boxes 2 --fold test --count 100 --instances-only --out rooms.jsonl",
            "  thaw gen --task sokoban --split larger --source paper --seeds 223-242 --instances-only --out rooms.jsonl",
            "",
        ];
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            return Task.FromResult(Run(flags.Read(parsed), reporting, cancellation));
        });
        return verb;
    }

    internal static int Run(GenRequest request, Reporting reporting, CancellationToken cancellation)
    {
        var result = request switch
        {
            GenRequest.Reference reference => WriteReference(reference, reporting, cancellation),
            GenRequest.Own own => WriteOwn(own, reporting, cancellation),
            GenRequest.Demonstrations demonstrations => WriteDemonstrations(demonstrations, reporting, cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request, "Not a kind of request."),
        };
        reporting.Result(result);
        return ExitCode.Ok;
    }

    private const string TrainingFold = "All instances lie in the training fold: no validation or test instance is among them, whatever the seed.";

    private static JsonObject WriteReference(GenRequest.Reference request, Reporting reporting, CancellationToken cancellation)
    {
        var seeds = Enumerable.Range(0, request.Seeds.Count).Select(i => request.Seeds.First + (uint)i);
        var (file, rows, failures) = InstanceFile.Write(
            request.Out,
            PlanOf(request),
            seeds,
            request.Seeds.Count,
            request.Make,
            (seed, failure) => reporting.Note($"seed {seed}: the public generator makes no instance: {failure}"),
            reporting.Progress,
            cancellation);
        reporting.Say($"{file.Path}: {rows} rows{(failures > 0 ? $", {failures} of them without an instance" : "")}");
        return new JsonObject { ["file"] = file.Path, ["rows"] = rows, ["failed"] = failures, ["bytes"] = file.Bytes, ["sha256"] = file.Sha256 };
    }

    private static JsonObject WriteOwn(GenRequest.Own request, Reporting reporting, CancellationToken cancellation)
    {
        var task = TaskCatalog.Find(request.Task);
        var instances = task.DrawInstances(request.Split, request.Fold, request.Count, request.Seed);
        var (file, rows, _) = InstanceFile.Write(
            request.Out, PlanOf(request), instances, instances.Count, instance => RowOf(task, instance, request), (_, _) => { }, reporting.Progress, cancellation);
        reporting.Say($"{file.Path}: {rows} rows");
        return new JsonObject { ["file"] = file.Path, ["rows"] = rows, ["bytes"] = file.Bytes, ["sha256"] = file.Sha256 };
    }

    private static InstanceRow RowOf(ITask task, IInstance instance, GenRequest.Own request)
    {
        var row = new JsonObject
        {
            ["instance_id"] = instance.Id,
            ["task"] = task.Name,
            ["split"] = request.Split.Name,
            ["fold"] = JsonFormat.NameOf(request.Fold),
        };
        foreach (var (key, value) in task.Describe(request.Split, instance, request.Seed))
        {
            row[key] = value?.DeepClone();
        }

        return new InstanceRow(row);
    }

    private static JsonObject WriteDemonstrations(GenRequest.Demonstrations request, Reporting reporting, CancellationToken cancellation)
    {
        var rows = Rows(request);
        OutputFolder.Prepare(request.Out);
        var description = new DatasetDescription(
            $"{request.Task}{(request.Plan.Split is { } split ? $", split {split.Name}" : "")}: {PlanFlags.DiversityOf(request.Plan)}, {FlagWord.Of(request.Plan.Format)}",
            request.Task,
            request.Count,
            request.Plan.Seed,
            request.Command,
            VersionCommand.Version,
            NotesOn(request));
        var files = new DemonstrationDataset(request.Out, description, request.Exports).Write(rows, reporting.Progress, cancellation);
        foreach (var file in files)
        {
            reporting.Say($"{file.Path}: {request.Count} rows, {file.Bytes} bytes");
        }

        var card = Path.Combine(Path.GetFullPath(request.Out), DemonstrationDataset.CardName);
        reporting.Say($"card: {card}");
        return new JsonObject { ["rows"] = request.Count, ["files"] = JsonSerializer.SerializeToNode(files, JsonFormat.Line), ["card"] = card };
    }

    // A plan that a task cannot follow is a mistake in the command line.
    private static IEnumerable<Demonstration> Rows(GenRequest.Demonstrations request) => UsageException.From(() =>
        request.IsPaper ? GenFlags.Teacher(request.Task).DemonstrateTraining(request.Plan) : TaskCatalog.Find(request.Task).Demonstrate(request.Plan));

    private static string[] NotesOn(GenRequest.Demonstrations request) => request.IsPaper
        ? ["The instances are those of the paper's training set, in the order of the public generator's seeds. They overlap with the paper's own test instances; `thaw audit` shows how much."]
        : request.Plan is { Split: { Kind: not SplitKind.Id, Name: var split }, Diversity: Diversity.Frozen }
            ? [TrainingFold, $"The prompts are those of the split {split}: a model that was trained on them has seen what that split is there to test."]
            : [TrainingFold];

    private static string PlanOf(GenRequest request) => $"{request.Command} | {VersionCommand.Version}";
}
