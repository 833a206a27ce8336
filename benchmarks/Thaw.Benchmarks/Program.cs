using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Thaw.Benchmarks.Generation;
using Thaw.Benchmarks.Grpo;
using Thaw.Benchmarks.Load;
using Thaw.Benchmarks.Serve;
using Thaw.Benchmarks.Sft;
using Thaw.Benchmarks.Tasks;
using Thaw.Benchmarks.Tokens;
using Thaw.Torch;

namespace Thaw.Benchmarks;

/// <summary><c>benchmarks/run sft | grpo | generation | tasks | load | serve | tokenizer | all</c>: measures, prints a table, and fails where the two sides did not do the same work.</summary>
internal static class Program
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    public static int Main(string[] args)
    {
        switch (args)
        {
            case [ThawSide.Verb, var job]:
                return ThawSide.Serve(job);
            case [GrpoSide.Verb, .. var side]:
                return GrpoSide.Serve(side);
        }

        var parsed = Verbs().Parse(args);
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

    private static RootCommand Verbs()
    {
        var flags = new Flags();
        var clients = new Option<int>("--clients") { Description = "Clients that ask at once.", DefaultValueFactory = _ => 64 };
        var seconds = Flags.AtLeastOne("--seconds", "How long they ask.", 60);
        return new RootCommand("Times Thaw, side by side with the same work done elsewhere where there is such a thing.")
        {
            flags.Verb("sft", "Fine-tuning of the base model, against plain PyTorch on the same libtorch.", withLibtorch: true, [flags.Steps, flags.Dtype, flags.Model], Sft),
            flags.Verb("tasks", "Rooms, hands, episodes and data sets of the two tasks, against plain Python.", withLibtorch: false, [], Tasks),
            flags.Verb("tokenizer", "Text to tokens, against the libraries of Hugging Face in Node.js.", withLibtorch: false, [], Tokenizer),
            flags.Verb("grpo", "A GRPO step of the base model with shared beginnings, against the same step without.", withLibtorch: true, [flags.Steps, flags.Dtype, flags.Model], Grpo),
            flags.Verb("generation", "Decoding with the base model, against plain PyTorch with a cache on the same libtorch.", withLibtorch: true, [flags.Model], Generation),
            flags.Verb("load", "Loading a checkpoint of the shape of Qwen3-0.6B (1.2 GB, made for it), against cat of the same file.", withLibtorch: true, [], Load),
            flags.Verb("serve", "Many clients at one server: throughput against the same prompts without it, errors, memory.", withLibtorch: true, [clients, seconds, flags.Model], Serve),
            flags.Verb("all", "sft, tasks and tokenizer in one run.", withLibtorch: true, [flags.Steps, flags.Dtype, flags.Model], Sft, Tasks, Tokenizer),
        };

        Measurement Serve(ParseResult parsed, BenchmarkOptions options, TextWriter text)
        {
            var result = ServeBenchmark.RunAsync(options.Model, Math.Max(8, parsed.GetValue(clients)), parsed.GetValue(seconds), text).GetAwaiter().GetResult();
            return new Measurement("serve", result, result.Markdown(), result.IsSound ? null : "the server failed a request, answered one otherwise than alone, grew, or left rows behind.");
        }
    }

    private static Measurement Sft(ParseResult parsed, BenchmarkOptions options, TextWriter text)
    {
        var results = SftBenchmark.Run(options, text);
        return new Measurement("sft", results, SftTable.Markdown(results, options), results.All(result => result.Agrees) ? null : string.Create(
            CultureInfo.InvariantCulture, $"the two sides of sft did not do the same work: losses differ by more than {options.LossTolerance}."));
    }

    private static Measurement Tasks(ParseResult parsed, BenchmarkOptions options, TextWriter text)
    {
        var report = TaskBenchmark.Run(options.Rounds, Flags.InRepository("."), text);
        return new Measurement("tasks", report, TaskTable.Markdown(report), report.Agrees ? null : "the two sides of tasks did not do the same work: plans or verdicts differ.");
    }

    private static Measurement Tokenizer(ParseResult parsed, BenchmarkOptions options, TextWriter text)
    {
        var results = TokenBenchmark.Run(Environment.GetEnvironmentVariable("THAW_ROOT") ?? ".", options.Rounds, text);
        return new Measurement("tokenizer", results, TokenBenchmark.Markdown(results), results.All(result => result.Agrees) ? null : "the tokenizers gave different ids: they did not do the same work.");
    }

    private static Measurement Grpo(ParseResult parsed, BenchmarkOptions options, TextWriter text)
    {
        var results = GrpoBenchmark.Run(options, text);
        return new Measurement(
            "grpo", results, GrpoBenchmark.Markdown(results, options),
            results.All(result => result.Agrees) ? null : "completions, loss or gradient of the two sides differ: they did not do the same work.");
    }

    private static Measurement Generation(ParseResult parsed, BenchmarkOptions options, TextWriter text)
    {
        var results = GenerationBenchmark.Run(options, text);
        return new Measurement(
            "generation", results, GenerationBenchmark.Markdown(results, options), results.All(result => result.Agrees) ? null : "the greedy tokens of the two sides differ: they did not do the same work.");
    }

    private static Measurement Load(ParseResult parsed, BenchmarkOptions options, TextWriter text)
    {
        var results = LoadBenchmark.Run(Flags.InRepository("tests/golden/configs/Qwen3-0.6B.json"), options.Rounds, text);
        return new Measurement("load", results, LoadBenchmark.Markdown(results));
    }
}
