using System.Text.Json;
using Thaw.Core.Demonstrations;
using Thaw.Core.Progress;
using Thaw.Core.Randomness;
using Thaw.Core.Scoring;
using Thaw.Core.Tasks;
using Thaw.Learning.Generation;
using Thaw.Learning.Templates;
using Thaw.Learning.Training;

namespace Thaw.Learning.Collecting;

/// <summary>The prompts that are asked, in their order: training prompts of a task, or the lines of a file.</summary>
internal sealed class PromptSource
{
    private static readonly JsonElement s_none = JsonSerializer.SerializeToElement("");

    private readonly CollectOptions _options;

    /// <exception cref="ArgumentException">The task is unknown, or cannot score completions.</exception>
    public PromptSource(CollectOptions options)
    {
        _options = options;
        var task = TaskCatalog.Find(options.Task);
        Task = task as IScoredTask ?? throw new ArgumentException($"Key 'task': {task.Name} has no scorer of completions, so no sample can be judged.");
        string[] known = [.. Task.Scorers.Select(scorer => scorer.Name)];
        Scorer = options.Scorer.Length == 0 ? known[0]
            : known.Contains(options.Scorer) ? options.Scorer
            : throw new ArgumentException($"Key 'scorer' names '{options.Scorer}'; {task.Name} has {string.Join(", ", known)}.");
    }

    public IScoredTask Task { get; }

    /// <summary>By which samples are judged.</summary>
    public string Scorer { get; }

    /// <summary>Reads the file once, where there is one.</summary>
    public int Count => _options.DatasetName.Length == 0
        ? _options.DatasetSize
        : Math.Max(0, Lines().Count() - _options.DatasetOffset);

    /// <exception cref="InvalidDataException">A line of the file is malformed, or asks nothing of the task: <c>FILE: line N: cause</c>.</exception>
    public IEnumerable<CollectPrompt> Read(CancellationToken cancellation)
    {
        var seen = new Dictionary<ulong, int>();
        var rows = _options.DatasetName.Length == 0 ? OfTask() : OfFile();
        foreach (var (index, (question, row)) in rows.Until(cancellation).Index())
        {
            var text = SplitMix64.SeedOf(0, row.Prompt);
            var occurrence = seen[text] = seen.GetValueOrDefault(text) + 1;
            if (index >= _options.DatasetOffset)
            {
                yield return new CollectPrompt(index, occurrence, question.Value, row);
            }
        }
    }

    private IEnumerable<(Lazy<IQuestion> Question, Demonstration Row)> OfTask() => Task.Demonstrate(_options.PlanOf(Task))
        .Take(_options.DatasetOffset + _options.DatasetSize)
        .Select(row => (new Lazy<IQuestion>(() => QuestionOf(row)), row));

    private IQuestion QuestionOf(Demonstration row) =>
        QuestionOrNull(new Dictionary<string, JsonElement> { ["prompt"] = JsonSerializer.SerializeToElement(row.Prompt) })
        ?? throw new InvalidOperationException($"{Task.Name} does not understand a prompt of its own.");

    private IEnumerable<(Lazy<IQuestion> Question, Demonstration Row)> OfFile()
    {
        foreach (var line in Lines())
        {
            var question = QuestionOrNull(line.Columns, line.Line) ?? throw new InvalidDataException($"{_options.DatasetName}: line {line.Line}: holds no question of {Task.Name}.");
            var row = new Demonstration(line.Text, "", Text("instance_id") is { Length: > 0 } id ? id : question.InstanceId, Task.Name, Text("split"), Text("binding"), _options.Seed, CollectRun.Generator, "");
            yield return (new Lazy<IQuestion>(question), row);

            string Text(string key) => line.Columns.TryGetValue(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        }
    }

    private IEnumerable<PromptRow> Lines() =>
        new PromptFile(_options.DatasetName, () => _options.ModelNameOrPath.Length > 0 ? ChatTemplate.Find(_options.ModelNameOrPath) : null).Read();

    // The columns of an instance may stand beside the prompt, so all are handed on.
    private IQuestion? QuestionOrNull(IReadOnlyDictionary<string, JsonElement> columns, int? line = null)
    {
        try
        {
            return Task.ReadQuestionOrNull(new CompletionRow(new Dictionary<string, JsonElement>(columns) { ["completion"] = s_none }));
        }
        catch (FormatException error) when (line is not null)
        {
            throw new InvalidDataException($"{_options.DatasetName}: line {line}: {error.Message}", error);
        }
    }
}
