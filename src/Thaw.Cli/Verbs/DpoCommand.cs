using System.CommandLine;
using Thaw.Learning.Preferences;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw dpo --config FILE [--key value]…</c>: preference optimisation from pairs of completions.</summary>
internal static class DpoCommand
{
    public static Command Create() => new TrainingVerb<DpoOptions>("dpo", (options, progress, cancellation) => DpoRun.Run(options, "dpo", progress, cancellation)).Create(
        "Train a model by direct preference optimisation, from pairs or from the samples of thaw collect; an interrupted run goes on where it stopped.",
        "thaw dpo --model_name_or_path runs/sft/checkpoint-1200 --dataset_name data/traces/samples.jsonl --output_dir runs/dpo");
}
