using System.CommandLine;
using System.Globalization;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Cli.Provenance;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Learning.Analysis;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw analyse interpolate</c>: mixtures of base and tuned weights, played under every split.</summary>
internal static class AnalyseInterpolation
{
    public static Verb Create()
    {
        var (model, @base, device, dtype, seed, json) = (AnalysisVerb.TunedOption(), AnalysisVerb.BaseOption(), new DeviceOption(), new DtypeOption(), new SeedOption(), new JsonOption());
        var output = new Option<string>("--out") { Description = "Folder for the results of each mixture; one that is finished is never played again.", Required = true, HelpName = "DIR" };
        var task = AnalysisVerb.TaskOption();
        var splits = new ListOption("--splits", "Which splits; all of the instruction table where nothing is said.");
        var alphas = new ListOption("--alphas", "Shares of the tuned model, 0 to 1; 0,0.25,0.5,0.75,1 where nothing is said.");
        var instances = new Option<int>("--instances") { Description = "Episodes of each split.", HelpName = "N", DefaultValueFactory = _ => 200 };
        var newTokens = new Option<int?>("--max-new-tokens") { Description = "Tokens of one turn, at most; what an answer of the task needs where nothing is said.", HelpName = "N" };
        var saveBest = new Option<bool>("--save-best") { Description = "Plays validation instances too and keeps the weights that do best there, in best." };
        var saveAll = new Option<bool>("--save-all") { Description = "Keeps the weights of every mixture, in alpha-A/model." };
        var verb = new Verb(
            "interpolate",
            "Play (1 − alpha) · base + alpha · tuned, weight by weight, under every split (WiSE-FT).",
            "thaw analyse interpolate --model runs/a/checkpoint-800 --base models/base --splits id,numerical,fake --out runs/wise-ft")
        { model, @base, task, splits, alphas, instances, newTokens, saveBest, saveAll, output, device, dtype, seed, json };
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var options = UsageException.From(() =>
            {
                var game = TaskCatalog.Find(parsed.GetRequiredValue(task));
                var options = new InterpolationOptions
                {
                    Model = parsed.GetRequiredValue(model),
                    Base = parsed.GetRequiredValue(@base),
                    OutputDir = parsed.GetRequiredValue(output),
                    Task = game.Name,
                    Splits = parsed.GetValue(splits) is { Length: > 0 } named
                        ? [.. named.Select(name => game.FindSplit(name).Name)]
                        : [.. game.Splits.Where(split => split.InstanceFamily == game.Splits[0].InstanceFamily).Select(split => split.Name)],
                    Instances = FlagRange.Positive("--instances", parsed.GetValue(instances)),
                    MaxNewTokens = parsed.GetValue(newTokens) is { } limit ? FlagRange.Positive("--max-new-tokens", limit) : null,
                    Seed = parsed.GetValue(seed),
                    SaveBest = parsed.GetValue(saveBest),
                    SaveAll = parsed.GetValue(saveAll),
                    Device = parsed.GetRequiredValue(device),
                    Dtype = dtype.Read(parsed),
                };
                options = parsed.GetValue(alphas) is { Length: > 0 } shares ? options with { Alphas = [.. shares.Select(Share)] } : options;
                options.Validate();
                return options;
            });
            options = options with { OutputDir = OutputFolder.Prepare(options.OutputDir) };
            var stamp = RunRecord.Stamp(
                "interpolation",
                reporting,
                options,
                RunRecord.Describe(options.Device, $"type {JsonFormat.NameOf(options.Dtype)}"),
                [options.Seed],
                AnalysisVerb.Inputs(options.Model, options.Base));
            var report = RunRecord.Around(options.OutputDir, stamp, () => new InterpolationRun(options, stamp.Commit, reporting.Progress).Run(cancellation));
            return Task.FromResult(AnalysisVerb.Finish(report, AnalysisText.Table, reporting));
        });
        return verb;
    }

    private static double Share(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share)
        ? share
        : throw new UsageException($"--alphas: a number from 0 to 1 is expected, not '{text}'");
}
