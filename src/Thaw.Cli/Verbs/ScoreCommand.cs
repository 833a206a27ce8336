using System.CommandLine;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Core.Progress;
using Thaw.Core.Scoring;
using Thaw.Core.Tasks;
using Thaw.Core.Text;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw score FILE</c>: the judge, for completions that any other program wrote.</summary>
internal static class ScoreCommand
{
    private const int RowsBetweenReports = 50_000;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "JSON Lines with prompt (text or messages) or an instance, and completion (or response).", HelpName = "FILE" };
        var scorer = new Option<string>("--scorer") { Description = "Whose numbers head the JSON object, and which scorer the task's own is compared with; thaw is compared with paper.", HelpName = "NAME", DefaultValueFactory = _ => "thaw" };
        var task = new Option<string?>("--task") { Description = "Which task all lines belong to; otherwise each line's own task, or the first that can read it.", HelpName = "NAME" };
        var output = new Option<string?>("--out") { Description = "File for the scores of every line, as JSON Lines.", HelpName = "FILE" };
        var skip = new Option<bool>("--skip-malformed") { Description = "Count lines that cannot be scored instead of stopping at the first." };
        var json = new JsonOption();
        var verb = new Verb(
            "score",
            "Score completions that any program wrote, with our scorer and the paper's, and show where the two differ.",
            "thaw score completions.jsonl --scorer paper --out scores.jsonl")
        { file, scorer, task, output, skip, json };
        verb.Notes = [.. TaskCatalog.All.OfType<IScoredTask>().SelectMany(Describe)];
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var request = new Request(parsed.GetRequiredValue(file), parsed.GetRequiredValue(scorer), parsed.GetValue(task), parsed.GetValue(output), parsed.GetValue(skip));
            return Task.FromResult(Run(request, reporting, cancellation));
        });
        return verb;
    }

    internal static int Run(Request request, Reporting reporting, CancellationToken cancellation)
    {
        var tasks = Resolve(request);
        var (summary, skipped) = (new ScoreSummary(), 0);
        var rows = Counted(new CompletionScorer(tasks, request.Scorer).Read(request.File, OnMalformed));
        if (request.Output is not null)
        {
            ScoredFile.Write(request.Output, rows);
        }
        else
        {
            foreach (var _ in rows)
            {
                // Counted where they pass.
            }
        }

        if (summary.Count == 0)
        {
            throw new InvalidDataException($"{request.File}: holds no line that can be scored{(skipped > 0 ? $"; malformed: {skipped}" : "")}.");
        }

        foreach (var line in ScoreText.Table(summary, skipped))
        {
            reporting.Say(line);
        }

        var result = ScoreText.ToJson(summary, request.Scorer, skipped);
        if (request.Output is not null)
        {
            result["out"] = request.Output;
        }

        reporting.Result(result);
        return ExitCode.Ok;

        void OnMalformed(InvalidDataException error)
        {
            if (!request.SkipsMalformed)
            {
                throw error;
            }

            skipped++;
        }

        IEnumerable<ScoredRow> Counted(IEnumerable<ScoredRow> scored)
        {
            foreach (var row in scored)
            {
                cancellation.ThrowIfCancellationRequested();
                summary.Add(row);
                if (summary.Count % RowsBetweenReports == 0)
                {
                    reporting.Progress.Report(new WorkProgress("scoring", summary.Count, 0, $"{summary.Count} lines"));
                }

                yield return row;
            }
        }
    }

    // A name that is not known is a mistake in the command line, so exit code 2.
    private static List<IScoredTask> Resolve(Request request)
    {
        var tasks = TaskCatalog.All.OfType<IScoredTask>().ToList();
        if (request.Task is { } name)
        {
            tasks = tasks.FindAll(task => task.Name == name) is { Count: > 0 } named
                ? named
                : throw new UsageException(NearestName.Describe("task", name, tasks.Select(task => task.Name)));
        }

        var scorers = tasks.SelectMany(task => task.Scorers).Select(scorer => scorer.Name).Distinct().ToList();
        return scorers.Contains(request.Scorer) ? tasks : throw new UsageException(NearestName.Describe("scorer", request.Scorer, scorers));
    }

    private static IEnumerable<string> Describe(IScoredTask task) =>
    [
        $"Scorers of {task.Name}:",
        .. task.Scorers.Select(scorer => $"  {scorer.Name,-12} {scorer.Description}"),
        $"Keys for an instance of {task.Name}, in place of or beside its prompt:",
        .. task.InstanceForms.Select(form => $"  {form}"),
        "",
    ];

    /// <summary>What <c>score</c> was asked for.</summary>
    internal sealed record Request(string File, string Scorer, string? Task, string? Output, bool SkipsMalformed);
}
