using System.CommandLine;
using System.Text.Json.Nodes;
using Thaw.Cli.Configuration;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Cli.Provenance;
using Thaw.Core.Reports;
using Thaw.Learning.Analysis;
using Thaw.Learning.Studies;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw study --config FILE</c> runs any study; <c>thaw quickstart</c> the one that ships.</summary>
internal static class StudyCommand
{
    public static Command Create()
    {
        var config = new ConfigOption();
        var table = new Option<string?>("--table") { Description = "Markdown file between whose marks the results are written as a table, with each arm's distance from the base.", HelpName = "FILE" };
        var json = new JsonOption();
        var verb = new Verb(
            "study",
            "Train the arms of a study, evaluate them and write the report; an interrupted study goes on where it stopped.",
            "thaw study --config studies/quickstart.yaml --output_dir runs/mine --instances 500")
        { config, table, json }.Accepting<StudyOptions>();
        verb.Notes = [$"--table FILE needs the lines '{StudyTable.Begin}' and '{StudyTable.End}' in FILE.", ""];
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var options = ConfigurationArguments.Read<StudyOptions>(parsed, config);
            if (parsed.GetValue(table) is not { } document)
            {
                return Task.FromResult(Run(options, reporting, cancellation));
            }

            StudyTable.Check(document);
            return Task.FromResult(Run(options, reporting, cancellation, (study, outcome) => StudyTable.Insert(document, StudyTable.Of(study, outcome, cancellation))));
        });
        return verb;
    }

    public static Command CreateQuickstart()
    {
        var output = new Option<string?>("--out") { Description = "Folder for checkpoints, results and the report; runs/quickstart/seed-N where nothing is said.", HelpName = "DIR" };
        var seed = new SeedOption(1);
        var json = new JsonOption();
        var verb = new Verb(
            "quickstart",
            "The main job: does a model fine-tuned on one frozen prompt still read its instructions? About ten minutes on two cores.",
            "thaw quickstart --seed 2 --out runs/second")
        { output, seed, json };
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var root = RepositoryRoot.Find();
            var number = parsed.GetValue(seed);
            var study = ConfigurationReader.Read<StudyOptions>(Path.Combine(root, "studies", "quickstart.yaml"), []);
            return Task.FromResult(Run(
                study with
                {
                    ModelNameOrPath = Path.Combine(root, study.ModelNameOrPath),
                    OutputDir = parsed.GetValue(output) ?? Path.Combine(root, "runs", "quickstart", $"seed-{number}"),
                    Seed = number,
                },
                reporting,
                cancellation));
        });
        return verb;
    }

    /// <param name="publish">What else is made of the finished study.</param>
    internal static int Run(StudyOptions options, Reporting reporting, CancellationToken cancellation, Action<StudyOptions, StudyOutcome>? publish = null)
    {
        var isBf16 = ProductType.Resolve(options.Training.Bf16, StudyFolder.Bf16OrNull(options.OutputDir), options.Training.Device);
        options = options with { Training = options.Training with { Bf16 = isBf16 } };
        options.Validate();
        options = options with { OutputDir = OutputFolder.Prepare(options.OutputDir) };
        var training = options.Training;
        var stamp = RunRecord.Stamp(
            options.Title, reporting, options, RunRecord.Describe(training.Device, training.ComputeType()), [options.Seed], [.. RunInput.Folder("model", options.ModelNameOrPath), .. options.DataInputs()]);
        var earlier = File.Exists(Path.Combine(options.OutputDir, RunFile.Name)) ? RunFile.Read(options.OutputDir) : null;
        var outcome = RunRecord.Around(
            options.OutputDir,
            stamp,
            () => new StudyRunner(options, stamp, reporting.Progress, EndpointTeacher.OpenerFor(reporting), earlier).Run(cancellation),
            goesOn: earlier is not null,
            isNothing: done => !done.HasWorked);
        publish?.Invoke(options, outcome);
        reporting.Say("");
        reporting.Say(MarkdownReport.Table(outcome.Report));
        foreach (var stage in outcome.Report.Stages)
        {
            reporting.Say($"- {stage.Name} ({stage.Kind}): {string.Join("; ", stage.Facts)}");
        }

        foreach (var finding in outcome.Report.Findings)
        {
            reporting.Say($"- {finding}");
        }

        foreach (var warning in outcome.Report.Warnings)
        {
            reporting.Say($"- Warning: {warning}");
        }

        reporting.Say("");
        reporting.Say($"Report: {outcome.HtmlPath}");
        reporting.Result(new JsonObject { ["arms"] = Arms(outcome.Report), ["report"] = outcome.HtmlPath });
        return ExitCode.Ok;
    }

    private static JsonObject Arms(ReportModel report) => new(report.Arms.Select(arm => KeyValuePair.Create(
        arm.Name,
        (JsonNode?)new JsonObject(arm.Results.Select(split => KeyValuePair.Create(
            split.Key,
            (JsonNode?)new JsonObject { ["success"] = split.Value.Success, ["validity"] = split.Value.Validity, ["n"] = split.Value.N }))))));
}
