using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Thaw.Cli.Output;
using Thaw.Core.Progress;
using Thaw.Core.Tasks.Sokoban.Puzzles;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw solve GAME …</c>: plans and formulas for instances that others made.</summary>
internal static class SolveCommand
{
    public static Command Create() => new Verb("solve", "Solve instances of a game that others made.", "thaw solve sokoban microban.xsb")
    {
        CreateSokoban(),
    };

    private static Verb CreateSokoban()
    {
        var file = new Argument<string>("file") { Description = "Levels in XSB form: # wall, @ player, $ box, . target, * box and + player on a target.", HelpName = "FILE.xsb" };
        var limit = new Option<double>("--time-limit") { Description = "Seconds for each level, at most.", HelpName = "SECONDS", DefaultValueFactory = _ => 60 };
        var memory = new Option<double>("--memory") { Description = "Gigabytes for the search, about.", HelpName = "GB", DefaultValueFactory = _ => 2 };
        var json = CommonOptions.Json();
        var verb = new Verb(
            "sokoban",
            "Solve every level of an XSB file: the fewest moves where the time is enough for the proof, else some plan or none.",
            "thaw solve sokoban microban.xsb --time-limit 10 --json")
        { file, limit, memory, json };
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var budget = new PuzzleBudget(
                TimeSpan.FromSeconds(InRange("--time-limit", parsed.GetValue(limit), 0.001, 1e6)),
                (long)(InRange("--memory", parsed.GetValue(memory), 0.01, 1024) * (1 << 30)));
            return Task.FromResult(RunSokoban(parsed.GetRequiredValue(file), budget, reporting, cancellation));
        });
        return verb;
    }

    /// <returns><see cref="ExitCode.Failed"/> where some level is no level; that the budget was too small for one is no failure.</returns>
    internal static int RunSokoban(string file, PuzzleBudget budget, Reporting reporting, CancellationToken cancellation)
    {
        var levels = XsbFile.Read(file);
        var results = new JsonArray();
        foreach (var level in levels)
        {
            reporting.Progress.Report(new WorkProgress("solving", results.Count, levels.Count, level.Title));
            var result = level.Puzzle is { } puzzle ? Solved(puzzle, PuzzleSolver.Solve(puzzle, budget, cancellation)) : new JsonObject { ["solved"] = false, ["error"] = $"{file}: {level.Fault}" };
            result.Insert(0, "title", level.Title);
            results.Add(result);
        }

        reporting.Progress.Report(new WorkProgress("solving", levels.Count, levels.Count));
        foreach (var result in results)
        {
            reporting.Say(Plan(result!.AsObject()));
        }

        reporting.Result(new JsonObject { ["levels"] = results });
        return levels.Any(level => level.Fault is not null) ? ExitCode.Failed : ExitCode.Ok;
    }

    private static JsonObject Solved(SokobanPuzzle puzzle, PuzzleSolution solution)
    {
        var lurd = solution.Plan is { } plan ? LurdPlan.Write(puzzle, plan) : null;
        var check = lurd is null ? null : LurdPlan.Check(puzzle, lurd);
        if (check is { IsSolved: false })
        {
            throw new InvalidOperationException($"the plan {lurd} does not solve its level: {check.Fault}");
        }

        var result = new JsonObject { ["solved"] = lurd is not null };
        if (check is not null)
        {
            result["moves"] = check.Moves;
            result["pushes"] = check.Pushes;
            result["lurd"] = lurd;
            result["optimal"] = solution.Outcome == PuzzleOutcome.Optimal;
        }
        else
        {
            result["optimal"] = false;
            result["reason"] = solution.Outcome == PuzzleOutcome.NoSolution ? "no solution" : "not within the budget";
        }

        result["states"] = solution.StatesExpanded;
        result["seconds"] = Math.Round(solution.Elapsed.TotalSeconds, 4);
        return result;
    }

    private static string Line(JsonObject result) => result switch
    {
        _ when result["error"] is { } error => $"{result["title"]}: {error}",
        _ when result["reason"] is { } reason => $"{result["title"]}: {reason}, {result["seconds"]} s",
        _ => $"{result["title"]}: {result["moves"]} moves, {result["pushes"]} pushes{((bool)result["optimal"]! ? ", optimal" : ", not proven optimal")}, {result["seconds"]} s",
    };

    private static string Plan(JsonObject result) => result["lurd"] is { } lurd ? $"{Line(result)}\n{lurd}" : Line(result);

    private static double InRange(string flag, double value, double low, double high) => value >= low && value <= high
        ? value
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{flag}: must lie between {low} and {high}, not {value}"));
}
