using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Thaw.Cli.Output;
using Thaw.Core.Progress;
using Thaw.Core.Tasks.Points;
using Thaw.Core.Tasks.Sokoban.Puzzles;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw solve GAME …</c>: plans and formulas for instances that others made.</summary>
internal static class SolveCommand
{
    public static Command Create() => new Verb("solve", "Solve instances of a game that others made.", "thaw solve sokoban microban.xsb")
    {
        CreateSokoban(),
        CreatePoints(),
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
                TimeSpan.FromSeconds(FlagRange.Between("--time-limit", parsed.GetValue(limit), 0.001, 1e6)),
                (long)(FlagRange.Between("--memory", parsed.GetValue(memory), 0.01, 1024) * (1 << 30)));
            return Task.FromResult(RunSokoban(parsed.GetRequiredValue(file), budget, reporting, cancellation));
        });
        return verb;
    }

    private static Verb CreatePoints()
    {
        var cards = new Argument<string[]>("cards")
        {
            Description = "1 to 6 cards: A, J, Q, K, or what a card counts, 1 to 100.",
            HelpName = "CARD",
            Arity = ArgumentArity.OneOrMore,
        };
        var target = new Option<int>("--target") { Description = "What the formula makes.", HelpName = "N", DefaultValueFactory = _ => 24 };
        var faces = CommonOptions.List("--face-cards", "What J, Q and K count; 10,10,10 where nothing is said.");
        var json = CommonOptions.Json();
        var verb = new Verb(
            "points",
            "List every formula that makes the target from the cards, each used once; formulas that differ only by order or brackets of + and * are one.",
            "thaw solve points 3 3 8 8 --target 24 --json")
        { cards, target, faces, json };
        verb.SetAction((parsed, _) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var rule = Faces(parsed.GetValue(faces) ?? []);
            var values = parsed.GetRequiredValue(cards).Select(card => ValueOf(card, rule)).ToArray();
            return Task.FromResult(RunPoints(values, parsed.GetValue(target), reporting));
        });
        return verb;
    }

    private static int RunPoints(int[] values, int target, Reporting reporting)
    {
        var formulas = UsageException.From(() => PointsSolver.FindAll(values, target));
        foreach (var formula in formulas)
        {
            reporting.Say(formula.ToString());
        }

        if (formulas.Count == 0)
        {
            reporting.Say($"no formula makes {target}");
        }

        reporting.Result(new JsonObject
        {
            ["solvable"] = formulas.Count > 0,
            ["values"] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]),
            ["target"] = target,
            ["formulas"] = new JsonArray([.. formulas.Select(formula => JsonValue.Create(formula.ToString()))]),
        });
        return ExitCode.Ok;
    }

    private static FaceCardRule Faces(string[] values)
    {
        if (values.Length == 0)
        {
            return FaceCardRule.Training;
        }

        var numbers = values.Select(value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        return numbers.Length == 3 && numbers.All(number => number is >= 1 and <= PointsSolver.LargestValue)
            ? new FaceCardRule(numbers[0], numbers[1], numbers[2])
            : throw new UsageException($"--face-cards: three numbers from 1 to {PointsSolver.LargestValue} are expected, not '{string.Join(',', values)}'");
    }

    private static int ValueOf(string card, FaceCardRule rule) =>
        int.TryParse(card, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : CardRank.ReadOrNull(card) is { } rank ? rule.ValueOf(rank)
        : throw new UsageException($"'{card}' is no card: A, J, Q, K or a number from 1 to {PointsSolver.LargestValue}");

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
}
