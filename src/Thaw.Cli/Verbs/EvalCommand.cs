using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Cli.Output;
using Thaw.Core.Evaluation;
using Thaw.Core.Generation;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Studies;
using Thaw.Torch;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw eval --model DIR --task NAME --splits a,b --instances N</c>: the same instances under every split.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var task = new Option<string>("--task") { Description = "Which game.", HelpName = "NAME", DefaultValueFactory = _ => "sokoban" };
        var splits = CommonOptions.List("--splits", "Which splits; all of the instruction table where nothing is said.");
        var instances = new Option<int>("--instances") { Description = "Episodes of each split.", HelpName = "N", DefaultValueFactory = _ => 200 };
        var batch = new Option<int>("--batch-size") { Description = "Prompts answered at once, at most.", HelpName = "N", DefaultValueFactory = _ => 256 };
        var temperature = new Option<double>("--temperature") { Description = "0 is greedy.", HelpName = "T" };
        var topP = new Option<double>("--top-p") { Description = "Mass of the most probable tokens that are drawn from.", HelpName = "P", DefaultValueFactory = _ => 1.0 };
        var topK = new Option<int>("--top-k") { Description = "Number of the most probable tokens that are drawn from; 0 is all.", HelpName = "K" };
        var newTokens = new Option<int?>("--max-new-tokens") { Description = "Tokens of one turn, at most; what an answer of the task needs where nothing is said.", HelpName = "N" };
        var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:N.", HelpName = "D", DefaultValueFactory = _ => "cpu" };
        var seed = CommonOptions.Seed();
        var output = new Option<string?>("--out") { Description = "Folder for results.json and the samples files; nothing is written without it.", HelpName = "DIR" };
        var json = CommonOptions.Json();
        var verb = new Verb(
            "eval",
            "Play the same instances under every split: success and validity with 95 % intervals, and the reasons for failure.",
            "thaw eval --model models/base --task sokoban --splits id,numerical,fake --instances 200 --out runs/eval")
        { model, task, splits, instances, batch, temperature, topP, topK, newTokens, device, seed, output, json };
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
                    TopK = parsed.GetValue(topK),
                    Seed = parsed.GetValue(seed),
                },
            };
            var run = new Request(parsed.GetRequiredValue(model), parsed.GetRequiredValue(task), parsed.GetValue(splits) ?? [], parsed.GetRequiredValue(device), parsed.GetValue(output), options);
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

        using var model = ModelFolder.Load(request.Model, Device.Parse(request.Device));
        using var generator = model.Generator();
        var result = new Evaluator(task, generator, request.Options).Run(splits, new EvaluationDisplay("evaluating", reporting.Progress), cancellation);
        if (request.Output is not null)
        {
            ResultsFile.Write(request.Output, result, new ResultsStamp(request.Model, VersionCommand.Version, DateTimeOffset.UtcNow, request.Describe()));
        }

        foreach (var line in Table(result))
        {
            reporting.Say(line);
        }

        reporting.Result(new JsonObject { ["splits"] = JsonSerializer.SerializeToNode(result.Splits, JsonFormat.Line) });
        return ExitCode.Ok;
    }

    private static (ITask Task, IReadOnlyList<Split> Splits) Resolve(Request request) => UsageException.From<(ITask, IReadOnlyList<Split>)>(() =>
    {
        var task = TaskCatalog.Find(request.Task);
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
        /// <summary>Null is what an answer of the task needs.</summary>
        public int? MaxNewTokens { get; init; }

        public IReadOnlyDictionary<string, string> Describe() => new Dictionary<string, string>
        {
            ["model"] = Model,
            ["task"] = Task,
            ["splits"] = string.Join(',', Splits),
            ["instances"] = Options.Instances.ToString(CultureInfo.InvariantCulture),
            ["seed"] = Options.Seed.ToString(CultureInfo.InvariantCulture),
            ["temperature"] = Options.Sampling.Temperature.ToString(CultureInfo.InvariantCulture),
            ["top_p"] = Options.Sampling.TopP.ToString(CultureInfo.InvariantCulture),
            ["top_k"] = Options.Sampling.TopK.ToString(CultureInfo.InvariantCulture),
            ["max_new_tokens"] = Options.Sampling.MaxNewTokens.ToString(CultureInfo.InvariantCulture),
        };
    }
}
