using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Cli.Provenance;
using Thaw.Core.Evaluation;
using Thaw.Core.Generation;
using Thaw.Core.Reports;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Studies;
using Thaw.Serving.Client;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw eval --model DIR --task NAME --splits a,b --instances N</c>: the same instances under every split.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var model = new ModelOption("Folder of the model, in Hugging Face layout, or with --endpoint its name there.");
        var endpoint = new EndpointFlags();
        var task = new Option<string>("--task") { Description = "Which game.", HelpName = "NAME", DefaultValueFactory = _ => "sokoban" };
        var splits = new ListOption("--splits", "Which splits; all of the instruction table where nothing is said.");
        var instances = new Option<int>("--instances") { Description = "Episodes of each split.", HelpName = "N", DefaultValueFactory = _ => 200 };
        var batch = new Option<int>("--batch-size") { Description = "Prompts answered at once, at most.", HelpName = "N", DefaultValueFactory = _ => 256 };
        var temperature = new Option<double>("--temperature") { Description = "0 is greedy.", HelpName = "T" };
        var topP = new Option<double>("--top-p") { Description = "Mass of the most probable tokens that are drawn from.", HelpName = "P", DefaultValueFactory = _ => 1.0 };
        var topK = new Option<int>("--top-k") { Description = "Number of the most probable tokens that are drawn from; 0 is all.", HelpName = "K" };
        var newTokens = new Option<int?>("--max-new-tokens") { Description = "Tokens of one turn, at most; what an answer of the task needs where nothing is said.", HelpName = "N" };
        var (adapter, device, dtype) = (new AdapterOption(), new DeviceOption(), new DtypeOption());
        var seed = new SeedOption();
        var output = new Option<string?>("--out") { Description = "Folder for results.json and the samples files; nothing is written without it.", HelpName = "DIR" };
        var json = new JsonOption();
        var verb = new Verb(
            "eval",
            "Play the same instances under every split: success and validity with 95 % intervals, and the reasons for failure.",
            "thaw eval --model models/base --task sokoban --splits id,numerical,fake --instances 200 --out runs/eval")
        { model, adapter, task, splits, instances, batch, temperature, topP, topK, newTokens, device, dtype, seed, output, json };
        endpoint.AddTo(verb);
        verb.Notes = ["With --endpoint and --out every answer is kept until the results are written: a run that was killed goes on where it stopped.", ""];
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var options = new EvaluationOptions
            {
                Instances = FlagRange.Positive("--instances", parsed.GetValue(instances)),
                BatchSize = FlagRange.Positive("--batch-size", parsed.GetValue(batch)),
                Seed = parsed.GetValue(seed),
                Sampling = new SamplingOptions
                {
                    Temperature = FlagRange.Between("--temperature", parsed.GetValue(temperature), 0, 100),
                    TopP = FlagRange.Between("--top-p", parsed.GetValue(topP), double.Epsilon, 1),
                    TopK = FlagRange.NotNegative("--top-k", parsed.GetValue(topK)),
                    Seed = parsed.GetValue(seed),
                },
            };
            var server = endpoint.Read(parsed, parsed.GetRequiredValue(model));
            if (server is not null && new Option[] { adapter, device, dtype }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } local)
            {
                throw new UsageException($"{local.Name} has no meaning with --endpoint");
            }

            var run = new Request(parsed.GetRequiredValue(model), parsed.GetRequiredValue(task), parsed.GetValue(splits) ?? [], parsed.GetRequiredValue(device), parsed.GetValue(output), options)
            {
                Endpoint = server,
                Adapter = parsed.GetValue(adapter),
                Type = dtype.Read(parsed),
            };
            if (parsed.GetValue(newTokens) is { } limit)
            {
                run = run with { MaxNewTokens = FlagRange.Positive("--max-new-tokens", limit) };
            }

            return Task.FromResult(Run(run, reporting, cancellation));
        });
        return verb;
    }

    internal static int Run(Request request, Reporting reporting, CancellationToken cancellation)
    {
        var (task, splits) = Resolve(request);
        var sampling = request.Options.Sampling with { MaxNewTokens = request.MaxNewTokens ?? task.AnswerTokens };
        request = request with { Options = request.Options with { Sampling = sampling } };
        if (request.Output is not null)
        {
            OutputFolder.Prepare(request.Output);
        }

        RequireOwn(request);
        var started = DateTimeOffset.UtcNow;
        using var model = EvalModel.Open(request, reporting);
        var result = Play(new Evaluator(task, model.Generator, request.Options), splits, request, reporting, cancellation);
        if (request.Output is not null)
        {
            ResultsFile.Write(request.Output, result, new ResultsStamp(request.Model, VersionCommand.Version, DateTimeOffset.UtcNow, request.Describe()));
            RunFile.Write(request.Output, request.Stamp(reporting) with { Started = started, Duration = DateTimeOffset.UtcNow - started });
        }

        model.Finish();

        foreach (var line in Table(result))
        {
            reporting.Say(line);
        }

        foreach (var repeated in result.Splits.GroupBy(split => split.Value.NoteOnRepetition(), split => split.Key).Where(repeated => repeated.Key is not null))
        {
            reporting.Note($"{string.Join(", ", repeated)}: {repeated.Key}");
        }

        var json = new JsonObject { ["splits"] = JsonSerializer.SerializeToNode(result.Splits, JsonFormat.Line) };
        if (model.Usage is { } usage)
        {
            reporting.Say(usage.Describe());
            json["usage"] = JsonSerializer.SerializeToNode(usage, JsonFormat.Line);
        }

        reporting.Result(json);
        return ExitCode.Ok;
    }

    private static EvaluationResult Play(Evaluator evaluator, IReadOnlyList<Split> splits, Request request, Reporting reporting, CancellationToken cancellation)
    {
        try
        {
            return evaluator.Run(splits, new EvaluationDisplay("evaluating", reporting.Progress), cancellation);
        }
        catch (OperationCanceledException) when (request.Endpoint is null || request.Output is null)
        {
            throw new InterruptedException(request.Endpoint is null
                ? "interrupted; answers of a local model are not kept, so the same command begins anew"
                : "interrupted; without --out answers are not kept, so the same command begins anew");
        }
    }

    // The episodes of another evaluation would stay beside the results of this one.
    private static void RequireOwn(Request request)
    {
        if (request.Output is { } folder && File.Exists(Path.Combine(folder, ResultsFile.FileName)))
        {
            var before = ResultsFile.Read(folder).Config;
            if (request.Describe().FirstOrDefault(setting => before.GetValueOrDefault(setting.Key) != setting.Value) is { Key: not null } other)
            {
                throw new IOException($"{folder}: holds the results of another evaluation, with {other.Key} {before.GetValueOrDefault(other.Key) ?? "not said"}, not {other.Value}. Name another folder.");
            }
        }
    }

    private static (ITask Task, IReadOnlyList<Split> Splits) Resolve(Request request) => UsageException.From<(ITask, IReadOnlyList<Split>)>(() =>
    {
        var task = TaskCatalog.Find(request.Task);
        if (request.Splits.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new UsageException($"--splits: '{twice.Key}' is there twice");
        }

        return (task, request.Splits.Count > 0
            ? [.. request.Splits.Select(task.FindSplit)]
            : [.. task.Splits.Where(split => split.InstanceFamily == task.Splits[0].InstanceFamily)]);
    });

    private static IEnumerable<string> Table(EvaluationResult result)
    {
        yield return $"{"split",-14} {"success",8} {"95 % interval",16} {"validity",9} {"n",5} {"turns",6}  reasons for failure";
        foreach (var (name, split) in result.Splits)
        {
            var reasons = string.Join(", ", split.Reasons.Select(reason => $"{reason.Key} {reason.Value}"));
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-14} {split.Success,8:0.000} {$"{split.SuccessLow:0.000}..{split.SuccessHigh:0.000}",16} {split.Validity,9:0.000} {split.N,5} {split.Turns,6:0.0}  {reasons}");
        }
    }

    /// <summary>What <c>eval</c> was asked for.</summary>
    internal sealed record Request(string Model, string Task, IReadOnlyList<string> Splits, string Device, string? Output, EvaluationOptions Options)
    {
        public string? Adapter { get; init; }

        public WeightType Type { get; init; }

        /// <summary>Null is what an answer of the task needs.</summary>
        public int? MaxNewTokens { get; init; }

        /// <summary>Null for a model in this process; else <see cref="Model"/> is its name there.</summary>
        public EndpointOptions? Endpoint { get; init; }

        public RunStamp Stamp(Reporting reporting) => RunRecord.Stamp(
            "eval",
            reporting,
            Describe(),
            Endpoint is null ? RunRecord.Describe(Device, $"type {JsonFormat.NameOf(Type)}") : $"endpoint: {Endpoint.Address}",
            [Options.Seed],
            Endpoint is null ? [.. RunInput.Folder("model", Model), .. Adapter is null ? [] : RunInput.Folder("adapter", Adapter)] : []);

        public IReadOnlyDictionary<string, string> Describe()
        {
            var settings = new Dictionary<string, string>
            {
                ["model"] = Model,
                ["adapter"] = Adapter ?? "none",
                ["task"] = Task,
                ["splits"] = string.Join(',', Splits),
                ["instances"] = Options.Instances.ToString(CultureInfo.InvariantCulture),
                ["seed"] = Options.Seed.ToString(CultureInfo.InvariantCulture),
                ["temperature"] = Options.Sampling.Temperature.ToString(CultureInfo.InvariantCulture),
                ["top_p"] = Options.Sampling.TopP.ToString(CultureInfo.InvariantCulture),
                ["top_k"] = Options.Sampling.TopK.ToString(CultureInfo.InvariantCulture),
                ["max_new_tokens"] = Options.Sampling.MaxNewTokens.ToString(CultureInfo.InvariantCulture),
            };
            if (Endpoint is { } endpoint)
            {
                settings["endpoint"] = endpoint.Address.ToString();
                settings["api"] = JsonFormat.NameOf(endpoint.Api);
                settings["continue_opening"] = endpoint.ContinuesOpening ? "true" : "false";
                settings["extra_body"] = endpoint.ExtraBody.ToJsonString(JsonFormat.Line);
            }

            return settings;
        }
    }
}
