using System.CommandLine;
using Thaw.Learning.Grpo;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw grpo --config FILE [--key value]…</c>: reinforcement learning from the task's own judge.</summary>
internal static class GrpoCommand
{
    public static Command Create() => new TrainingVerb<GrpoOptions>("grpo", (options, progress, ranks, cancellation) => GrpoRun.Run(options, "grpo", progress, cancellation, ranks)).Create(
        "Train a model by group relative policy optimisation; an interrupted run goes on where it stopped.",
        "thaw grpo --config studies/grpo.yaml --model_name_or_path runs/warm/checkpoint-10 --output_dir runs/grpo");
}
