using System.Text.Json;
using Thaw.Core.Storage;

namespace Thaw.Core.Scoring;

/// <summary>Scores files of completions, each by its task's own scorer and by one more.</summary>
/// <param name="tasks">Those whose questions may occur. A row that does not name its task belongs to the first that can read it.</param>
/// <param name="scorer">The scorer to compare with; where it is a task's own, that task is compared with the next one that it has.</param>
public sealed class CompletionScorer(IReadOnlyList<IScoredTask> tasks, string scorer)
{
    /// <summary>Scores line by line; nothing is kept.</summary>
    /// <param name="onMalformed">Told of every line that cannot be scored: <c>FILE: line N: cause</c>. If it does not throw, the line is passed over.</param>
    public IEnumerable<ScoredRow> Read(string path, Action<InvalidDataException> onMalformed)
    {
        foreach (var line in JsonLines.ReadEach<Dictionary<string, JsonElement>>(path))
        {
            var (row, error) = Score(path, line);
            if (row is not null)
            {
                yield return row;
            }
            else
            {
                onMalformed(error!);
            }
        }
    }

    private (ScoredRow? Row, InvalidDataException? Error) Score(string path, JsonLine<Dictionary<string, JsonElement>> line)
    {
        if (line.Value is null)
        {
            return (null, line.Error);
        }

        try
        {
            var row = new CompletionRow(line.Value);
            var (task, question) = ReadQuestion(row);
            return (new ScoredRow(line.Number, task.Name, question.InstanceId, row.Completion, [.. ScorersFor(task).Select(name =>
                KeyValuePair.Create(name, question.ScoreOf(row.Completion, name)))]), null);
        }
        catch (FormatException error)
        {
            return (null, new InvalidDataException($"{path}: line {line.Number}: {error.Message}", error));
        }
    }

    private (IScoredTask Task, IQuestion Question) ReadQuestion(CompletionRow row)
    {
        var named = row.ValueOrNull("task") is { ValueKind: JsonValueKind.String } ? row.TextOrNull("task") : null;
        var candidates = tasks.FirstOrDefault(task => task.Name == named) is { } one ? [one] : tasks;
        foreach (var task in candidates)
        {
            if (task.ReadQuestionOrNull(row) is { } question)
            {
                return (task, question);
            }
        }

        throw new FormatException($"holds no question of {string.Join(" or ", candidates.Select(task => task.Name))}.");
    }

    private IEnumerable<string> ScorersFor(IScoredTask task)
    {
        var own = task.Scorers[0].Name;
        var other = scorer == own ? task.Scorers.ElementAtOrDefault(1)?.Name
            : task.Scorers.Any(known => known.Name == scorer) ? scorer
            : throw new FormatException($"{task.Name} has no scorer '{scorer}', only {string.Join(", ", task.Scorers.Select(known => known.Name))}.");
        return other is null ? [own] : [own, other];
    }
}
