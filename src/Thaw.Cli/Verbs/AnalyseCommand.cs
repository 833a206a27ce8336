using System.CommandLine;
using System.Text.Json;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Core.Progress;
using Thaw.Core.Storage;
using Thaw.Learning.Analysis;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw analyse distance|drift|kl|interpolate</c>: what tuning did to a model.</summary>
internal static class AnalyseCommand
{
    private const string ModelText = "The tuned model: its folder, or that of a LoRA adapter on the base.";

    public static Command Create() => new Verb(
        "analyse", "Compare a tuned model with its base: weights, distributions, and what lies between them.", "thaw analyse distance --model runs/a/checkpoint-800 --base models/base")
    {
        CreateDistance(),
        CreateDrift(),
        CreateKl(),
        AnalyseInterpolation.Create(ModelText),
    };

    private static Verb CreateDistance()
    {
        var (model, @base, json) = (new ModelOption(ModelText), BaseOption(), new JsonOption());
        var verb = new Verb(
            "distance",
            "Distance of a tuned model's weights from the base: L2, relative, greatest, by layer and by kind of tensor. Reads the files; loads no model.",
            "thaw analyse distance --model runs/a/checkpoint-800 --base models/base --json")
        { model, @base, json };
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var distance = WeightDistance.Of(parsed.GetRequiredValue(model), parsed.GetRequiredValue(@base), cancellation);
            return Task.FromResult(Finish(distance, AnalysisText.Table(distance), reporting));
        });
        return verb;
    }

    private static Verb CreateDrift()
    {
        var run = new Option<string>("--run") { Description = "Folder of a run, with checkpoint-N folders.", Required = true, HelpName = "DIR" };
        var @base = new Option<string?>("--base") { Description = "What the run began with: a column before the first. Adapters are put on it.", HelpName = "DIR" };
        var page = new Option<string?>("--html") { Description = "Writes the heat maps as one HTML file that needs no network.", HelpName = "FILE" };
        var json = new JsonOption();
        var verb = new Verb(
            "drift",
            "Change of the weights from one checkpoint of a run to the next: a heat map, layer by step.",
            "thaw analyse drift --run runs/a --base models/base --html drift.html")
        { run, @base, page, json };
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var drift = WeightDrift.Of(
                parsed.GetRequiredValue(run), parsed.GetValue(@base), (done, total) => reporting.Progress.Report(new WorkProgress("comparing checkpoints", done, total)), cancellation);
            if (parsed.GetValue(page) is { } file)
            {
                AtomicFile.WriteText(file, DriftPage.Of(drift));
            }

            return Task.FromResult(Finish(drift, AnalysisText.Table(drift), reporting));
        });
        return verb;
    }

    private static Verb CreateKl()
    {
        var (model, @base, device, dtype, seed, json) = (new ModelOption(ModelText), BaseOption(), new DeviceOption(), new DtypeOption(), new SeedOption(), new JsonOption());
        var task = new Option<string>("--task") { Description = "Which game.", HelpName = "NAME", DefaultValueFactory = _ => "sokoban" };
        var splits = new ListOption("--splits", "Whose prompts are completed; id where nothing is said.");
        var completions = new ListOption("--completions", "Who writes what both models are compared on: base, tuned, demonstrations; base,tuned where nothing is said.");
        var instances = new Option<int>("--instances") { Description = "Prompts of each split, and rows of the built-in neutral text.", HelpName = "N", DefaultValueFactory = _ => 100 };
        var neutral = new Option<string?>("--neutral") { Description = "Text that has nothing to do with the task, a row a line, or JSON Lines with text; built-in exercises where nothing is said, none to leave it out.", HelpName = "FILE|none" };
        var newTokens = new Option<int?>("--max-new-tokens") { Description = "Tokens of a completion, at most; what an answer of the task needs where nothing is said.", HelpName = "N" };
        var verb = new Verb(
            "kl",
            "Forward and reverse KL divergence of a tuned model from the base, per token, on prompts of the task and on neutral text.",
            "thaw analyse kl --model runs/a/checkpoint-800 --base models/base --splits id,numerical --json")
        { model, @base, task, splits, completions, instances, neutral, newTokens, device, dtype, seed, json };
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

            var report = UsageException.From(() => new DivergenceRun(options, reporting.Progress)).Run(cancellation);
            return Task.FromResult(Finish(report, AnalysisText.Table(report), reporting));
        });
        return verb;
    }

    internal static Option<string> BaseOption() => new("--base") { Description = "Folder of the model that tuning began with.", Required = true, HelpName = "DIR" };

    internal static int Finish<T>(T result, IEnumerable<string> table, Reporting reporting)
    {
        foreach (var line in table)
        {
            reporting.Say(line);
        }

        reporting.Result(JsonSerializer.SerializeToNode(result, JsonFormat.Line)!.AsObject());
        return ExitCode.Ok;
    }
}
