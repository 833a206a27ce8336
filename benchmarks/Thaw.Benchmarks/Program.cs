using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Benchmarks.Output;
using Thaw.Benchmarks.Rooms;
using Thaw.Benchmarks.Sft;
using Thaw.Benchmarks.Tokens;
using Thaw.Core.Storage;
using Thaw.Torch;

namespace Thaw.Benchmarks;

/// <summary><c>benchmarks/run sft | rooms | tokenizer | all</c>: measures, prints a table, and fails where the two sides did not do the same work.</summary>
internal static class Program
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    public static int Main(string[] args)
    {
        var flags = new Flags();
        var root = new RootCommand("Times Thaw, side by side with the same work done elsewhere where there is such a thing.")
        {
            flags.Verb("sft", "Fine-tuning of the base model, against plain PyTorch on the same libtorch.", Work.Sft),
            flags.Verb("rooms", "Making and solving Sokoban rooms, on one thread.", Work.Rooms),
            flags.Verb("tokenizer", "Text to tokens, against the libraries of Hugging Face in Node.js.", Work.Tokens),
            flags.Verb("all", "Everything.", Work.Sft | Work.Rooms | Work.Tokens),
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
            agrees = results.All(result => result.Agrees);
            table.Add(SftTable.Markdown(results, options));
            json["sft"] = JsonSerializer.SerializeToNode(results, JsonFormat.Line);
        }

        if (work.HasFlag(Work.Rooms))
        {
            var results = RoomBenchmark.Run(options.Rounds, text);
            table.Add(RoomBenchmark.Markdown(results));
            json["rooms"] = JsonSerializer.SerializeToNode(results, JsonFormat.Line);
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
                CultureInfo.InvariantCulture, $"benchmarks: the losses of the two sides differ by more than {options.LossTolerance}: they did not do the same work."));
        }

        if (!sameIds)
        {
            Console.Error.WriteLine("benchmarks: the tokenizers gave different ids: they did not do the same work.");
        }

        return agrees && sameIds ? 0 : Failed;
    }

    // The launcher names the repository, so that defaults hold in any working folder.
    private static string InRepository(string path) =>
        Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(Environment.GetEnvironmentVariable("THAW_ROOT") ?? "", path));

    [Flags]
    private enum Work
    {
        None = 0,
        Sft = 1,
        Rooms = 2,
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
