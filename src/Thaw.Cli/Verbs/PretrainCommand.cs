using System.CommandLine;
using System.Text.Json.Nodes;
using Thaw.Cli.Configuration;
using Thaw.Cli.Output;
using Thaw.Cli.Provenance;
using Thaw.Learning.Pretraining;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw pretrain --config FILE [--key value]…</c>: makes a base model from procedural text.</summary>
internal static class PretrainCommand
{
    public static Command Create() => ConfiguredVerb.Create<PretrainOptions>(
        "pretrain",
        "Make a base model from procedural text; an interrupted run goes on where it stopped.",
        "thaw pretrain --config studies/base.yaml --model_dir models/mine --seed 2",
        Run);

    internal static int Run(PretrainOptions options, Reporting reporting, CancellationToken cancellation)
    {
        options = options with { Bf16 = ProductType.Resolve(options.Bf16, ProductType.ReadOrNull(Path.Combine(options.OutputDir, "pretrain.yaml")), options.Device) };
        options.Validate();
        OutputFolder.Prepare(options.OutputDir);
        OutputFolder.Prepare(options.ModelDir);
        TrainingRecord.Around("pretrain", options, ConfigurationWriter.Write(options), reporting, () =>
        {
            PretrainRun.Run(options, reporting.Progress, cancellation);
            return options.ModelDir;
        });
        reporting.Say($"model: {options.ModelDir}");
        reporting.Result(new JsonObject { ["model"] = options.ModelDir });
        return ExitCode.Ok;
    }
}
