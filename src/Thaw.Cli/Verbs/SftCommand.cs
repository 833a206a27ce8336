using System.CommandLine;
using System.Text.Json.Nodes;
using Thaw.Cli.Configuration;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Core.Storage;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw sft --config FILE [--key value]…</c>: supervised fine-tuning.</summary>
internal static class SftCommand
{
    public static Command Create()
    {
        var config = new ConfigOption();
        var json = new JsonOption();
        var verb = new Verb(
            "sft",
            "Fine-tune a model on demonstrations; an interrupted run goes on where it stopped.",
            "thaw sft --config studies/sft.yaml --output_dir runs/sft --learning_rate 1e-3")
        { config, json }.Accepting<SftOptions>();
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            return Task.FromResult(Run(ConfigurationArguments.Read<SftOptions>(parsed, config), reporting, cancellation));
        });
        return verb;
    }

    internal static int Run(SftOptions options, Reporting reporting, CancellationToken cancellation)
    {
        options.Validate();
        OutputFolder.Prepare(options.OutputDir);
        AtomicFile.WriteText(Path.Combine(options.OutputDir, "sft.yaml"), ConfigurationWriter.Write(options));
        var checkpoint = SftRun.Run(options, "sft", reporting.Progress, cancellation);
        reporting.Say($"checkpoint: {checkpoint}");
        var final = new JsonObject { ["checkpoint"] = checkpoint };
        foreach (var (key, value) in MetricsFile.Read(options.OutputDir).Where(m => m.Step == options.MaxSteps).SelectMany(m => m.Values))
        {
            final[key] = value;
        }

        reporting.Result(final);
        return ExitCode.Ok;
    }
}
