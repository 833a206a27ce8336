using System.Text.Json;
using Thaw.Core.Progress;
using Thaw.Core.Scoring;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Training;

namespace Thaw.Learning.Grpo;

/// <summary>Prompts of one turn, each with the question that it asks; a completion is paid by the task's scorers.</summary>
internal sealed class QuestionPractice : IPractice
{
    /// <summary>1 for an answer that the prompt allows, right or wrong, as the task's own scorer reads it.</summary>
    public const string Format = "format";

    private readonly string _own;
    private readonly (string Prompt, IQuestion Question)[] _prompts;

    /// <exception cref="ArgumentException">The task cannot score completions, or not by a name that is asked for.</exception>
    /// <exception cref="InvalidDataException">A row of the dataset is malformed or asks nothing that the task knows, or there is none.</exception>
    public QuestionPractice(ITask named, GrpoOptions options, CancellationToken cancellation)
    {
        var task = named as IScoredTask ?? throw new ArgumentException($"Key 'task': {named.Name} has no scorer of completions, so there is no reward for a turn.");
        _own = task.Scorers[0].Name;
        Rewards = new RewardSum(task.Name, [.. task.Scorers.Concat(task.Rewards).Select(scorer => scorer.Name), Format], options);
        _prompts = options.DatasetName.Length > 0
            ? [.. Read(task, options.DatasetName).Until(cancellation)]
            : [.. task.Demonstrate(options.PlanOf(task)).Take(options.DatasetSize).Select(row => (row.Prompt, OwnQuestion(task, row.Prompt))).Until(cancellation)];
        if (_prompts.Length == 0)
        {
            throw new InvalidDataException($"{options.DatasetName}: no rows.");
        }
    }

    /// <exception cref="InvalidDataException">A prompt has no room for a completion; the message names it.</exception>
    public void RequireRoom(ModelFolder model, GrpoOptions options)
    {
        var room = Math.Min(model.Decoder.Config.MaxPositions, options.MaxCachedTokens + 1) - options.MaxCompletionLength;
        foreach (var (index, (prompt, _)) in _prompts.Index())
        {
            if (model.Tokenizer.Encode(prompt).Length is var length && (length == 0 || length > room))
            {
                throw new InvalidDataException(room < 1
                    ? $"Key 'max_completion_length': {options.MaxCompletionLength} leaves no room for a prompt beside {model.Decoder.Config.MaxPositions} positions and max_cached_tokens {options.MaxCachedTokens}."
                    : $"{(options.DatasetName.Length > 0 ? options.DatasetName : options.Task)}: prompt {index + 1} has {length} tokens; beside max_completion_length {options.MaxCompletionLength} there is room for 1 to {room}.");
            }
        }
    }

    public RewardSum Rewards { get; }

    public int Count => _prompts.Length;

    public IAttempt Begin(int exercise) => new Attempt(this, _prompts[exercise].Prompt, _prompts[exercise].Question);

    private static IQuestion OwnQuestion(IScoredTask task, string prompt) =>
        task.ReadQuestionOrNull(Row(new() { ["prompt"] = JsonSerializer.SerializeToElement(prompt) }))
        ?? throw new InvalidOperationException($"{task.Name} does not understand a prompt of its own.");

    private static IEnumerable<(string Prompt, IQuestion Question)> Read(IScoredTask task, string path)
    {
        foreach (var line in JsonLines.ReadEach<Dictionary<string, JsonElement>>(path))
        {
            yield return Read(task, line.Value ?? throw line.Error!, $"{path}: line {line.Number}");
        }
    }

    private static (string Prompt, IQuestion Question) Read(IScoredTask task, Dictionary<string, JsonElement> values, string place)
    {
        try
        {
            return values.TryGetValue("prompt", out var prompt) && prompt.ValueKind == JsonValueKind.String && task.ReadQuestionOrNull(Row(values)) is { } question
                ? (JsonText.Read(prompt), question)
                : throw new FormatException($"expected a prompt, as a string, with a question of {task.Name}.");
        }
        catch (FormatException error)
        {
            throw new InvalidDataException($"{place}: {error.Message}", error);
        }
    }

    // What another model answered has no meaning here.
    private static CompletionRow Row(Dictionary<string, JsonElement> values) => new(new Dictionary<string, JsonElement>(values)
    {
        ["completion"] = JsonSerializer.SerializeToElement(""),
    });

    private sealed class Attempt(QuestionPractice practice, string prompt, IQuestion question) : IAttempt
    {
        private string? _completion;

        public string Prompt => prompt;

        public bool IsOver => _completion is not null;

        public void Play(string completion) => _completion = completion;

        public double[] Rewards() => [.. practice.Rewards.Names.Select(name => name == Format
            ? question.ScoreOf(_completion!, practice._own).IsValid ? 1.0 : 0.0
            : question.ScoreOf(_completion!, name).Value)];
    }
}
