using System.CommandLine;
using Thaw.Learning.Sft;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw sft --config FILE [--key value]…</c>: supervised fine-tuning.</summary>
internal static class SftCommand
{
    public static Command Create() => new TrainingVerb<SftOptions>("sft", (options, progress, ranks, cancellation) => SftRun.Run(options, "sft", progress, cancellation, ranks)).Create(
        "Fine-tune a model on demonstrations; an interrupted run goes on where it stopped.",
        "thaw sft --config studies/sft.yaml --output_dir runs/sft --learning_rate 1e-3");
}
