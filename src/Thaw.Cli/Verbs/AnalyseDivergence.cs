using System.CommandLine;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Cli.Provenance;
using Thaw.Core.Reports;
using Thaw.Core.Storage;
using Thaw.Learning.Analysis;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw analyse kl</c>: how far the distributions went.</summary>
internal static class AnalyseDivergence
{
    public static Verb Create()
    {
        var (model, @base, device, dtype, seed, json) = (AnalysisVerb.TunedOption(), AnalysisVerb.BaseOption(), new DeviceOption(), new DtypeOption(), new SeedOption(), new JsonOption());
        var (task, output) = (AnalysisVerb.TaskOption(), AnalysisVerb.OutputOption("kl.json"));
        var splits = new ListOption("--splits", "Whose prompts are completed; id where nothing is said.");
        var completions = new ListOption("--completions", "Who writes what both models are compared on: base, tuned, demonstrations; base,tuned where nothing is said.");
        var instances = new Option<int>("--instances") { Description = "Prompts of each split, and rows of the built-in neutral text.", HelpName = "N", DefaultValueFactory = _ => 100 };
        var neutral = new Option<string?>("--neutral") { Description = "Text that has nothing to do with the task, a row a line, or JSON Lines with text; built-in exercises where nothing is said, none to leave it out.", HelpName = "FILE|none" };
        var newTokens = new Option<int?>("--max-new-tokens") { Description = "Tokens of a completion, at most; what an answer of the task needs where nothing is said.", HelpName = "N" };
        var verb = new Verb(
            "kl",
            "Forward and reverse KL divergence of a tuned model from the base, per token, on prompts of the task and on neutral text.",
            "thaw analyse kl --model runs/a/checkpoint-800 --base models/base --splits id,numerical --json")
        { model, @base, task, splits, completions, instances, neutral, newTokens, output, device, dtype, seed, json };
        verb.Notes = ["KL(base‖tuned) on completions of the base is the number that forgetting follows in RL's Razor (arXiv 2509.04259).", ""];
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var options = new DivergenceOptions
            {
                Model = parsed.GetRequiredValue(model),
                Base = parsed.GetRequiredValue(@base),
                Task = parsed.GetRequiredValue(task),
                Instances = FlagRange.Positive("--instances", parsed.GetValue(instances)),
                MaxNewTokens = parsed.GetValue(newTokens) is { } limit ? FlagRange.Positive("--max-new-tokens", limit) : null,
                Neutral = parsed.GetValue(neutral),
                Seed = parsed.GetValue(seed),
                Device = parsed.GetRequiredValue(device),
                Dtype = dtype.Read(parsed),
            };
            if (parsed.GetValue(splits) is { Length: > 0 } named)
            {
                options = options with { Splits = named };
            }

            if (parsed.GetValue(completions) is { Length: > 0 } sources)
            {
                options = options with { Completions = [.. sources.Select(word => FlagWord.Read<CompletionSource>("--completions", word))] };
            }

            var run = UsageException.From(() => new DivergenceRun(options, reporting.Progress));
            return Task.FromResult(AnalysisVerb.Run(
                "kl",
                parsed.GetValue(output),
                () => RunRecord.Stamp("kl", reporting, options, RunRecord.Describe(options.Device, $"type {JsonFormat.NameOf(options.Dtype)}"), [options.Seed], Inputs(options)),
                _ => run.Run(cancellation),
                AnalysisText.Table,
                reporting));
        });
        return verb;
    }

    private static IEnumerable<RunInput> Inputs(DivergenceOptions options) =>
    [
        .. AnalysisVerb.Inputs(options.Model, options.Base),
        .. File.Exists(options.Neutral) ? [RunInput.File("neutral", options.Neutral)] : Array.Empty<RunInput>(),
    ];
}
