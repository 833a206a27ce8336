using System.CommandLine;
using System.Text.Json;
using Thaw.Cli.Configuration;
using Thaw.Cli.Output;
using Thaw.Cli.Provenance;
using Thaw.Core.Reports;
using Thaw.Core.Storage;
using Thaw.Learning.Collecting;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw collect --config FILE [--key value]…</c>: rejection sampling from a teacher.</summary>
internal static class CollectCommand
{
    public static Command Create() => ConfiguredVerb.Create<CollectOptions>(
        "collect",
        "Let a teacher answer training prompts, keep what the task's own judge finds correct, and write it as a dataset; an interrupted run goes on where it stopped.",
        "thaw collect --model_name_or_path runs/grpo/checkpoint-200 --diversity diverse --dataset_size 2000 --output_dir data/traces",
        Run);

    internal static int Run(CollectOptions options, Reporting reporting, CancellationToken cancellation)
    {
        options.Validate();
        OutputFolder.Prepare(options.OutputDir);
        var device = options.Endpoint.Length > 0 ? $"endpoint: {options.Endpoint}" : RunRecord.Describe(options.Device, options.Bf16 ? "BFloat16" : "Float32");
        var stamp = RunRecord.Stamp("collect", reporting, options, device, [options.Seed], InputsOf(options));
        var result = RunRecord.Around(
            options.OutputDir,
            stamp,
            () => CollectRun.Run(options, "collect", reporting.Progress, cancellation, EndpointTeacher.OpenerFor(reporting)),
            ("collect.yaml", ConfigurationWriter.Write(options)));
        foreach (var line in YieldText.Table(result))
        {
            reporting.Say(line);
        }

        var train = Path.Combine(options.OutputDir, CollectRun.TrainName);
        reporting.Say($"dataset: {train}");
        var final = JsonSerializer.SerializeToNode(result, JsonFormat.Line)!.AsObject();
        final["dataset"] = train;
        reporting.Result(final);
        return ExitCode.Ok;
    }

    private static IEnumerable<RunInput> InputsOf(CollectOptions options) =>
    [
        .. options.ModelNameOrPath.Length > 0 ? RunInput.Folder("model", options.ModelNameOrPath) : [],
        .. options.AdapterNameOrPath.Length > 0 ? RunInput.Folder("adapter", options.AdapterNameOrPath) : [],
        .. options.DatasetName.Length > 0 ? [RunInput.File("dataset", options.DatasetName)] : (RunInput[])[],
    ];
}
