using System.CommandLine;

namespace Thaw.Benchmarks;

/// <summary>The options that several verbs have.</summary>
internal sealed class Flags
{
    private readonly Option<int> _rounds = AtLeastOne("--rounds", "Rounds; whatever is compared runs once in each.", 5);
    private readonly Option<string?> _out = new("--out") { Description = "Append the result to <date>.md here; without a value benchmarks/results.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object as the last line of stdout; all text goes to stderr." };

    public Flags() => Dtype.AcceptOnlyFromAmong("float32", "bfloat16");

    public Option<int> Steps { get; } = AtLeastOne("--steps", "Timed steps of a round, after one that is not timed.", 10);

    public Option<string?> Dtype { get; } = new("--dtype") { Description = "Matrix products of both sides; default: the faster one on this CPU." };

    public Option<string> Model { get; } = new("--model") { Description = "Folder of the model.", DefaultValueFactory = _ => InRepository("models/base") };

    /// <summary>The launcher names the repository, so that defaults hold in any working folder.</summary>
    public static string InRepository(string path) =>
        Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(Environment.GetEnvironmentVariable("THAW_ROOT") ?? "", path));

    public static Option<int> AtLeastOne(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 and var given)
            {
                result.AddError($"{name} must be at least 1, not {given}.");
            }
        });
        return option;
    }

    /// <param name="withLibtorch">The launcher sets it up only where it is needed.</param>
    /// <param name="own">Beside those that all verbs have.</param>
    /// <param name="parts">What is measured, in this order.</param>
    public Command Verb(string name, string description, bool withLibtorch, IReadOnlyList<Option> own, params IReadOnlyList<Measuring> parts)
    {
        var verb = new Command(name, description) { _rounds, _out, _json };
        foreach (var option in own)
        {
            verb.Add(option);
        }

        verb.SetAction(parsed => Measurement.Report(parsed, Read(parsed), withLibtorch, parts));
        return verb;
    }

    private BenchmarkOptions Read(ParseResult parsed) => new()
    {
        Rounds = parsed.GetValue(_rounds),
        Steps = parsed.GetValue(Steps),
        Model = parsed.GetValue(Model) ?? "",
        IsBFloat16 = parsed.GetValue(Dtype) is { } dtype ? dtype == "bfloat16" : null,
        Out = parsed.GetResult(_out) is null ? null : parsed.GetValue(_out) ?? InRepository("benchmarks/results"),
        Json = parsed.GetValue(_json),
    };
}
