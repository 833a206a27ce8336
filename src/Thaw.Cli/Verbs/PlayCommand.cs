using System.CommandLine;
using Spectre.Console;
using Thaw.Cli.Output;
using Thaw.Cli.Play;
using Thaw.Core.Tasks;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw play --task NAME --split NAME</c>: a person plays an episode, judged as a model is.</summary>
internal static class PlayCommand
{
    public static Command Create()
    {
        var task = new Option<string>("--task") { Description = "Which game.", HelpName = "NAME", DefaultValueFactory = _ => TaskCatalog.All[0].Name };
        var split = new Option<string>("--split") { Description = "Which split: what the prompt states and what the judge takes.", HelpName = "NAME", DefaultValueFactory = _ => "id" };
        var fold = new Option<Fold>("--fold") { Description = "Which part of the instances: train, validation or test.", HelpName = "FOLD", DefaultValueFactory = _ => Fold.Test };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var verb = new Verb(
            "play",
            "Play a task in the terminal under any split, judged as a model is. Without a terminal it reads one answer a line from stdin.",
            "thaw play --task sokoban --split numerical --seed 3")
        { task, split, fold, seed, json };
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var request = new Request(parsed.GetRequiredValue(task), parsed.GetRequiredValue(split), parsed.GetValue(fold), parsed.GetValue(seed));
            var output = parsed.GetValue(json) ? parsed.InvocationConfiguration.Error : parsed.InvocationConfiguration.Output;
            return System.Threading.Tasks.Task.FromResult(Run(request, TerminalOrNull(output), Console.In, reporting, cancellation));
        });
        return verb;
    }

    /// <param name="terminal">Null reads the answers from <paramref name="input"/>, one a line.</param>
    internal static int Run(Request request, IAnsiConsole? terminal, TextReader input, Reporting reporting, CancellationToken cancellation)
    {
        var (task, split) = Resolve(request);
        var instance = task.DrawInstances(split, request.Fold, 1, request.Seed)[0];
        var session = new PlaySession(task.Begin(split, instance, request.Seed), $"{task.Name}, split {split.Name}, instance {instance.Id}");
        if (terminal is null)
        {
            LinePlay.Run(session, input, reporting, cancellation);
        }
        else
        {
            using var keyboard = new TerminalKeyboard();
            new TerminalPlay(session, terminal, keyboard).Run(cancellation);
            reporting.Say(session.Drawing);
        }

        reporting.Say(session.Summary);
        var result = session.ToJson();
        result["task"] = task.Name;
        result["split"] = split.Name;
        result["instance_id"] = instance.Id;
        reporting.Result(result);
        return ExitCode.Ok;
    }

    private static (ITask Task, Split Split) Resolve(Request request) => UsageException.From(() =>
    {
        var task = TaskCatalog.Find(request.Task);
        return (task, task.FindSplit(request.Split));
    });

    // A writer that is not the console's own belongs to a test or a pipe of ours.
    private static IAnsiConsole? TerminalOrNull(TextWriter output)
    {
        var isRedirected = ReferenceEquals(output, Console.Out) ? Console.IsOutputRedirected : !ReferenceEquals(output, Console.Error) || Console.IsErrorRedirected;
        if (Console.IsInputRedirected || isRedirected)
        {
            return null;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            ColorSystem = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        return TerminalPlay.IsPossibleOn(console) ? console : null;
    }

    /// <summary>What <c>play</c> was asked for.</summary>
    internal sealed record Request(string Task, string Split, Fold Fold, ulong Seed);
}
