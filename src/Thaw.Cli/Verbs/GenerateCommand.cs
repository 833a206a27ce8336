using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Core.Generation;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Generation;
using Thaw.Learning.Lora;
using Thaw.Torch;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw generate --model DIR --file PROMPTS.jsonl --out FILE</c>: completions of any prompts.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var model = new ModelOption();
        var file = new Option<string>("--file") { Description = "JSON Lines with prompt (text) or messages (chat); other keys are carried through.", Required = true, HelpName = "FILE" };
        var output = new Option<string>("--out") { Description = "File for the completions, one a line; a run that was interrupted goes on behind what is there.", Required = true, HelpName = "FILE" };
        var samples = new Option<int>("--samples") { Description = "Completions of each prompt.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var temperature = new Option<double>("--temperature") { Description = "0 is greedy.", HelpName = "T" };
        var topP = new Option<double>("--top-p") { Description = "Mass of the most probable tokens that are drawn from.", HelpName = "P", DefaultValueFactory = _ => 1.0 };
        var topK = new Option<int>("--top-k") { Description = "Number of the most probable tokens that are drawn from; 0 is all.", HelpName = "K" };
        var newTokens = new Option<int>("--max-new-tokens") { Description = "Tokens of a completion, at most.", HelpName = "N", DefaultValueFactory = _ => 256 };
        var stop = new Option<string[]>("--stop") { Description = "A text that ends a completion and is not part of it; may be given several times.", HelpName = "TEXT" };
        var logProbabilities = new Option<int?>("--logprobs") { Description = "Write the log-probability of each token, and of the N most probable ones; N may be 0.", HelpName = "N" };
        var batch = new Option<int>("--batch-size") { Description = "Rows decoded together, at most.", HelpName = "N", DefaultValueFactory = _ => new EngineLimits().MaxRows };
        var cache = new Option<int>("--max-cached-tokens") { Description = "Tokens whose keys and values are kept, at most.", HelpName = "N", DefaultValueFactory = _ => new EngineLimits().MaxCachedTokens };
        var (adapter, device, dtype) = (new AdapterOption(), new DeviceOption(), new DtypeOption());
        var seed = new SeedOption();
        var json = new JsonOption();
        var verb = new Verb(
            "generate",
            "Complete prompts from a file, with any number of samples of each.",
            "thaw generate --model models/base --file prompts.jsonl --samples 4 --temperature 1 --seed 1 --out completions.jsonl")
        { model, adapter, file, output, samples, temperature, topP, topK, newTokens, stop, logProbabilities, batch, cache, device, dtype, seed, json };
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var source = new Source(
                parsed.GetRequiredValue(model), parsed.GetValue(adapter), parsed.GetRequiredValue(device), dtype.Read(parsed));
            var sampling = new SamplingOptions
            {
                Temperature = parsed.GetValue(temperature),
                TopP = parsed.GetValue(topP),
                TopK = parsed.GetValue(topK),
                MaxNewTokens = parsed.GetValue(newTokens),
                StopStrings = parsed.GetValue(stop) ?? [],
                Seed = parsed.GetValue(seed),
            };
            var job = new GenerationJob(parsed.GetRequiredValue(file), parsed.GetRequiredValue(output), parsed.GetValue(samples), sampling)
            {
                LogProbabilities = parsed.GetValue(logProbabilities),
                ModelName = source.Name,
                Limits = new EngineLimits { MaxRows = parsed.GetValue(batch), MaxCachedTokens = parsed.GetValue(cache) },
            };
            return Task.FromResult(Run(job, source, reporting, cancellation));
        });
        return verb;
    }

    internal static int Run(GenerationJob job, Source source, Reporting reporting, CancellationToken cancellation)
    {
        RequireSense(job);
        if (!File.Exists(job.PromptPath))
        {
            throw new FileNotFoundException($"{job.PromptPath}: there is no such file.", job.PromptPath);
        }

        var device = Device.Parse(source.Device);
        using var model = ModelFolder.Load(source.Model, device, source.Type, AdapterFolder.ReaderOrNull(source.Adapter, device));
        var (completions, tokens) = GenerationRun.Run(job with { ModelFingerprint = ModelFingerprint.Of(source.Model, source.Adapter) }, model, reporting.Progress, cancellation);
        reporting.Say(string.Create(CultureInfo.InvariantCulture, $"{completions} completions, {tokens} tokens: {job.OutPath}"));
        reporting.Result(new JsonObject { ["out"] = job.OutPath, ["completions"] = completions, ["tokens"] = tokens });
        return ExitCode.Ok;
    }

    // What the command line itself got wrong, so exit code 2.
    private static void RequireSense(GenerationJob job)
    {
        if (job.Limits.MaxRows < 1 || job.Limits.MaxCachedTokens < 1)
        {
            throw new UsageException(job.Limits.MaxRows < 1 ? $"--batch-size: must be positive, not {job.Limits.MaxRows}" : $"--max-cached-tokens: must be positive, not {job.Limits.MaxCachedTokens}");
        }

        try
        {
            job.Sampling.Validate();
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }

        if (job.Samples < 1 || job.LogProbabilities < 0)
        {
            throw new UsageException(job.Samples < 1 ? $"--samples: must be positive, not {job.Samples}" : $"--logprobs: must be 0 or more, not {job.LogProbabilities}");
        }
    }

    /// <summary>Which model.</summary>
    internal sealed record Source(string Model, string? Adapter, string Device, WeightType Type)
    {
        /// <summary>All that changes what it says.</summary>
        public string Name => string.Join(' ', new[] { Model, Adapter, JsonFormat.NameOf(Type) }.OfType<string>());
    }
}
