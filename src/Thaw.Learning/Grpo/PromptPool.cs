using System.Text.Json;
using Thaw.Core.Demonstrations;
using Thaw.Core.Scoring;
using Thaw.Core.Tasks;
using Thaw.Learning.Training;

namespace Thaw.Learning.Grpo;

/// <summary>The training prompts of a run, each with the question that it asks, in an order that seed and place decide.</summary>
internal sealed class PromptPool
{
    private readonly (string Prompt, IQuestion Question)[] _prompts;
    private readonly EpochOrder _order;

    /// <exception cref="ArgumentException">The task cannot score completions.</exception>
    public PromptPool(GrpoOptions options)
    {
        var task = TaskCatalog.Find(options.Task);
        Task = task as IScoredTask ?? throw new ArgumentException($"Key 'task': {task.Name} has no scorer of completions, so there is no reward.");
        var plan = new DemonstrationPlan(options.Diversity, options.Seed, options.DefaultBindingShare, options.ExtraStarts, MarkShare: options.MarkShare);
        _prompts = [.. task.Demonstrate(plan).Take(options.DatasetSize).Select(row => (row.Prompt, QuestionOf(row.Prompt)))];
        _order = new EpochOrder(_prompts.Length, options.Seed, "grpo");
    }

    public IScoredTask Task { get; }

    /// <param name="round">From 0.</param>
    public IReadOnlyList<(string Prompt, IQuestion Question)> Of(int round, int count) =>
        [.. Enumerable.Range(0, count).Select(i => _prompts[_order.Place(((long)round * count) + i)])];

    public string Fingerprint() => Distribution.Fingerprint.Of(_prompts.Select(p => p.Prompt));

    private IQuestion QuestionOf(string prompt)
    {
        var row = new CompletionRow(new Dictionary<string, JsonElement>
        {
            ["prompt"] = JsonSerializer.SerializeToElement(prompt),
            ["completion"] = JsonSerializer.SerializeToElement(""),
        });
        return Task.ReadQuestionOrNull(row) ?? throw new InvalidOperationException($"{Task.Name} does not understand a prompt of its own.");
    }
}
