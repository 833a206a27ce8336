using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Benchmarks.Generation;
using Thaw.Benchmarks.Grpo;
using Thaw.Benchmarks.Load;
using Thaw.Benchmarks.Output;
using Thaw.Benchmarks.Serve;
using Thaw.Benchmarks.Sft;
using Thaw.Benchmarks.Tasks;
using Thaw.Benchmarks.Tokens;
using Thaw.Core.Storage;
using Thaw.Torch;

namespace Thaw.Benchmarks;

/// <summary><c>benchmarks/run sft | grpo | generation | tasks | load | serve | tokenizer | all</c>: measures, prints a table, and fails where the two sides did not do the same work.</summary>
internal static class Program
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    public static int Main(string[] args)
    {
        if (args is [GrpoSide.Verb, .. var side])
        {
            return GrpoSide.Serve(side, Console.In, Console.Out);
        }

        var flags = new Flags();
        var root = new RootCommand("Times Thaw, side by side with the same work done elsewhere where there is such a thing.")
        {
            flags.Verb("sft", "Fine-tuning of the base model, against plain PyTorch on the same libtorch.", Work.Sft),
            flags.Verb("tasks", "Rooms, hands, episodes and data sets of the two tasks, against plain Python.", Work.Tasks),
            flags.Verb("tokenizer", "Text to tokens, against the libraries of Hugging Face in Node.js.", Work.Tokens),
            flags.GrpoVerb(),
            flags.GenerationVerb(),
            flags.LoadVerb(),
            flags.ServeVerb(),
            flags.Verb("all", "sft, tasks and tokenizer in one run.", Work.Sft | Work.Tasks | Work.Tokens),
        };
        var parsed = root.Parse(args);
        try
        {
            var code = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return parsed.Errors.Count > 0 ? WrongUsage : code;
        }
        catch (Exception error) when (error is ArgumentException or IOException or InvalidDataException or InvalidOperationException or JsonException or TorchException)
        {
            Console.Error.WriteLine($"benchmarks: {error.Message.ReplaceLineEndings(" ")}");
            return Failed;
        }
    }

    private static int Run(BenchmarkOptions options, Work work, string command)
    {
        // Programs read stdout, people the rest.
        var text = options.Json ? Console.Error : Console.Out;
        var table = new ResultTable(command, MachineFacts.Read(withLibtorch: work.HasFlag(Work.Sft)));
        text.WriteLine(table.Machine);
        var json = new JsonObject { ["machine"] = table.Machine };
        var agrees = true;
        if (work.HasFlag(Work.Sft))
        {
            var results = SftBenchmark.Run(options, text);
            agrees &= results.All(result => result.Agrees);
            table.Add(SftTable.Markdown(results, options));
            json["sft"] = JsonSerializer.SerializeToNode(results, JsonFormat.Line);
        }

        if (work.HasFlag(Work.Tasks))
        {
            var report = TaskBenchmark.Run(options.Rounds, InRepository("."), text);
            agrees &= report.Agrees;
            table.Add(TaskTable.Markdown(report));
            json["tasks"] = JsonSerializer.SerializeToNode(report, JsonFormat.Line);
        }

        var sameIds = true;
        if (work.HasFlag(Work.Tokens))
        {
            var results = TokenBenchmark.Run(Environment.GetEnvironmentVariable("THAW_ROOT") ?? ".", options.Rounds, text);
            sameIds = results.All(result => result.Agrees);
            table.Add(TokenBenchmark.Markdown(results));
            json["tokenizer"] = JsonSerializer.SerializeToNode(results, JsonFormat.Line);
        }

        text.WriteLine();
        text.WriteLine(table.Body);
        if (options.Out is { } folder)
        {
            text.WriteLine($"written to {table.AppendTo(folder)}");
        }

        if (options.Json)
        {
            Console.Out.WriteLine(json.ToJsonString(JsonFormat.Line));
        }

        if (!agrees)
        {
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"benchmarks: the two sides did not do the same work: losses differ by more than {options.LossTolerance}, or plans or verdicts do."));
        }

        if (!sameIds)
        {
            Console.Error.WriteLine("benchmarks: the tokenizers gave different ids: they did not do the same work.");
        }

        return agrees && sameIds ? 0 : Failed;
    }

    private static int RunGrpo(BenchmarkOptions options, string command)
    {
        var text = options.Json ? Console.Error : Console.Out;
        var table = new ResultTable(command, MachineFacts.Read(withLibtorch: true));
        text.WriteLine(table.Machine);
        var results = GrpoBenchmark.Run(options, text);
        table.Add(GrpoBenchmark.Markdown(results, options));
        text.WriteLine();
        text.WriteLine(table.Body);
        if (options.Out is { } folder)
        {
            text.WriteLine($"written to {table.AppendTo(folder)}");
        }

        if (options.Json)
        {
            Console.Out.WriteLine(new JsonObject { ["machine"] = table.Machine, ["grpo"] = JsonSerializer.SerializeToNode(results, JsonFormat.Line) }.ToJsonString(JsonFormat.Line));
        }

        if (results.Any(result => !result.Agrees))
        {
            Console.Error.WriteLine("benchmarks: completions, loss or gradient of the two sides differ: they did not do the same work.");
            return Failed;
        }

        return 0;
    }

    private static int RunGeneration(BenchmarkOptions options, string command)
    {
        var text = options.Json ? Console.Error : Console.Out;
        var table = new ResultTable(command, MachineFacts.Read(withLibtorch: true));
        text.WriteLine(table.Machine);
        var results = GenerationBenchmark.Run(options, text);
        table.Add(GenerationBenchmark.Markdown(results, options));
        text.WriteLine();
        text.WriteLine(table.Body);
        if (options.Out is { } folder)
        {
            text.WriteLine($"written to {table.AppendTo(folder)}");
        }

        if (options.Json)
        {
            Console.Out.WriteLine(new JsonObject { ["machine"] = table.Machine, ["generation"] = JsonSerializer.SerializeToNode(results, JsonFormat.Line) }.ToJsonString(JsonFormat.Line));
        }

        if (results.Any(result => !result.Agrees))
        {
            Console.Error.WriteLine("benchmarks: the greedy tokens of the two sides differ: they did not do the same work.");
            return Failed;
        }

        return 0;
    }

    private static int RunLoad(BenchmarkOptions options, string command)
    {
        var text = options.Json ? Console.Error : Console.Out;
        var table = new ResultTable(command, MachineFacts.Read(withLibtorch: true));
        text.WriteLine(table.Machine);
        var results = LoadBenchmark.Run(InRepository("tests/golden/configs/Qwen3-0.6B.json"), options.Rounds, text);
        table.Add(LoadBenchmark.Markdown(results));
        text.WriteLine();
        text.WriteLine(table.Body);
        if (options.Out is { } folder)
        {
            text.WriteLine($"written to {table.AppendTo(folder)}");
        }

        if (options.Json)
        {
            Console.Out.WriteLine(new JsonObject { ["machine"] = table.Machine, ["load"] = JsonSerializer.SerializeToNode(results, JsonFormat.Line) }.ToJsonString(JsonFormat.Line));
        }

        return 0;
    }

    private static async Task<int> RunServeAsync(BenchmarkOptions options, int clients, int seconds, string command)
    {
        var text = options.Json ? Console.Error : Console.Out;
        var table = new ResultTable(command, MachineFacts.Read(withLibtorch: true));
        text.WriteLine(table.Machine);
        var result = await ServeBenchmark.RunAsync(options.Model, clients, seconds, text);
        table.Add(result.Markdown());
        text.WriteLine();
        text.WriteLine(table.Body);
        if (options.Out is { } folder)
        {
            text.WriteLine($"written to {table.AppendTo(folder)}");
        }

        if (options.Json)
        {
            Console.Out.WriteLine(new JsonObject { ["machine"] = table.Machine, ["serve"] = JsonSerializer.SerializeToNode(result, JsonFormat.Line) }.ToJsonString(JsonFormat.Line));
        }

        if (!result.IsSound)
        {
            Console.Error.WriteLine("benchmarks: the server failed a request, answered one otherwise than alone, grew, or left rows behind.");
            return Failed;
        }

        return 0;
    }

    // The launcher names the repository, so that defaults hold in any working folder.
    private static string InRepository(string path) =>
        Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(Environment.GetEnvironmentVariable("THAW_ROOT") ?? "", path));

    [Flags]
    private enum Work
    {
        None = 0,
        Sft = 1,
        Tasks = 2,
        Tokens = 4,
    }

    /// <summary>The options that all verbs share.</summary>
    private sealed class Flags
    {
        private readonly Option<int> _rounds = new("--rounds") { Description = "Rounds; whatever is compared runs once in each.", DefaultValueFactory = _ => 5 };
        private readonly Option<int> _steps = new("--steps") { Description = "Timed steps of a round, after one that is not timed.", DefaultValueFactory = _ => 10 };
        private readonly Option<string?> _dtype = new("--dtype") { Description = "Matrix products of both sides; default: the faster one on this CPU." };
        private readonly Option<string> _model = new("--model") { Description = "Folder of the model.", DefaultValueFactory = _ => InRepository("models/base") };
        private readonly Option<string?> _out = new("--out") { Description = "Append the result to <date>.md here; without a value benchmarks/results.", Arity = ArgumentArity.ZeroOrOne };
        private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object as the last line of stdout; all text goes to stderr." };

        public Flags()
        {
            _dtype.AcceptOnlyFromAmong("float32", "bfloat16");
            RequireAtLeastOne(_rounds);
            RequireAtLeastOne(_steps);
        }

        public Command Verb(string name, string description, Work work)
        {
            var verb = new Command(name, description) { _rounds, _out, _json };
            if (work.HasFlag(Work.Sft))
            {
                verb.Add(_steps);
                verb.Add(_dtype);
                verb.Add(_model);
            }

            verb.SetAction(parsed => Run(Read(parsed), work, "benchmarks/run " + string.Join(' ', parsed.Tokens.Select(t => t.Value))));
            return verb;
        }

        public Command GrpoVerb()
        {
            var verb = new Command("grpo", "A GRPO step of the base model with shared beginnings, against the same step without.") { _rounds, _out, _json, _steps, _dtype, _model };
            verb.SetAction(parsed => RunGrpo(Read(parsed), "benchmarks/run " + string.Join(' ', parsed.Tokens.Select(t => t.Value))));
            return verb;
        }

        public Command GenerationVerb()
        {
            var verb = new Command("generation", "Decoding with the base model, against plain PyTorch with a cache on the same libtorch.") { _rounds, _out, _json, _model };
            verb.SetAction(parsed => RunGeneration(Read(parsed), "benchmarks/run " + string.Join(' ', parsed.Tokens.Select(t => t.Value))));
            return verb;
        }

        public Command LoadVerb()
        {
            var verb = new Command("load", "Loading a checkpoint of the shape of Qwen3-0.6B (1.2 GB, made for it), against cat of the same file.") { _rounds, _out, _json };
            verb.SetAction(parsed => RunLoad(Read(parsed), "benchmarks/run " + string.Join(' ', parsed.Tokens.Select(t => t.Value))));
            return verb;
        }

        public Command ServeVerb()
        {
            var clients = new Option<int>("--clients") { Description = "Clients that ask at once.", DefaultValueFactory = _ => 64 };
            var seconds = new Option<int>("--seconds") { Description = "How long they ask.", DefaultValueFactory = _ => 60 };
            RequireAtLeastOne(seconds);
            var verb = new Command("serve", "Many clients at one server: throughput against the same prompts without it, errors, memory.") { clients, seconds, _out, _json, _model };
            verb.SetAction(parsed => RunServeAsync(
                Read(parsed), Math.Max(8, parsed.GetValue(clients)), parsed.GetValue(seconds), "benchmarks/run " + string.Join(' ', parsed.Tokens.Select(t => t.Value))));
            return verb;
        }

        private BenchmarkOptions Read(ParseResult parsed) => new()
        {
            Rounds = parsed.GetValue(_rounds),
            Steps = parsed.GetValue(_steps),
            Model = parsed.GetValue(_model) ?? "",
            IsBFloat16 = parsed.GetValue(_dtype) is { } dtype ? dtype == "bfloat16" : null,
            Out = parsed.GetResult(_out) is null ? null : parsed.GetValue(_out) ?? InRepository("benchmarks/results"),
            Json = parsed.GetValue(_json),
        };

        private static void RequireAtLeastOne(Option<int> option) => option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 and var value)
            {
                result.AddError($"{option.Name} must be at least 1, not {value}.");
            }
        });
    }
}
