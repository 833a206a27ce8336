using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Cli.Configuration;
using Thaw.Cli.Output;
using Thaw.Cli.Provenance;
using Thaw.Core.Reports;
using Thaw.Core.Storage;
using Thaw.Learning.Collecting;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw rft --config FILE [--key value]…</c>: rejection-sampling fine-tuning in rounds.</summary>
internal static class RftCommand
{
    public static Command Create() => ConfiguredVerb.Create<RftOptions>(
        "rft",
        "Fine-tune a model in rounds on its own correct answers; an interrupted run goes on where it stopped.",
        "thaw rft --model_name_or_path runs/warm/checkpoint-10 --rounds 3 --collect.dataset_size 1000 --sft.num_train_epochs 2 --output_dir runs/rft",
        Run);

    private static int Run(RftOptions options, Reporting reporting, CancellationToken cancellation)
    {
        var bf16 = ProductType.Resolve(options.Sft.Bf16, ProductType.ReadOrNull(Path.Combine(options.OutputDir, "rft.yaml"), "sft.bf16"), options.Sft.Device);
        options = options with { Sft = options.Sft with { Bf16 = bf16 } };
        options.Validate();
        OutputFolder.Prepare(options.OutputDir);
        var (path, configuration) = (Path.Combine(options.OutputDir, "rft.yaml"), ConfigurationWriter.Write(options));
        if (options.IsBegun())
        {
            BegunSettings.Require(path, configuration, "Choose another output_dir.");
        }

        var device = RunRecord.Describe(options.Sft.Device, options.Sft.ComputeType());
        var stamp = RunRecord.Stamp("rft", reporting, options, device, [options.Seed], RunInput.Folder("model", options.ModelNameOrPath));
        var rounds = RunRecord.Around(options.OutputDir, stamp, () => RftRun.Run(options, "rft", reporting.Progress, cancellation), ("rft.yaml", configuration), options.IsBegun());
        foreach (var round in rounds)
        {
            var total = round.Yield.Total;
            reporting.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round.Number}: {total.Kept} of {total.Prompts} prompts ({total.Yield:0.000}), {total.MeanAttempts:0.00} attempts, {round.Yield.Rows} rows: {round.Checkpoint}"));
        }

        reporting.Result(new JsonObject
        {
            ["checkpoint"] = rounds[^1].Checkpoint,
            ["rounds"] = new JsonArray([.. rounds.Select(round => (JsonNode)new JsonObject
            {
                ["checkpoint"] = round.Checkpoint,
                ["yield"] = JsonSerializer.SerializeToNode(round.Yield.Total, JsonFormat.Line),
            })]),
        });
        return ExitCode.Ok;
    }
}
