using Thaw.Core.Tasks;

namespace Thaw.Core.Scoring;

/// <summary>What a task adds to <see cref="ITask"/> so that completions of other programs can be scored: it reads a question back from a file.</summary>
/// <remarks>Inside this project nothing reads a prompt back: an episode knows its instance and its binding.</remarks>
public interface IScoredTask : ITask
{
    /// <summary>The task's own scorer first, then those that it is compared with.</summary>
    IReadOnlyList<Scorer> Scorers { get; }

    /// <summary>Further ways to score a completion, which reinforcement learning may pay by and <c>thaw score</c> does not show.</summary>
    IReadOnlyList<Scorer> Rewards => [];

    /// <summary>The keys of a row that give a question without a prompt, a line for each form, for <c>--help</c>.</summary>
    IReadOnlyList<string> InstanceForms { get; }

    /// <summary>Reads the question that <paramref name="row"/> asks, in words or as an instance.</summary>
    /// <returns>Null where it is no question of this task.</returns>
    /// <exception cref="FormatException">It is one, but something of it cannot be read; the message names neither file nor line.</exception>
    IQuestion? ReadQuestionOrNull(CompletionRow row);
}

/// <summary>A way to score a completion.</summary>
/// <param name="Name">As on the command line: <c>paper</c>.</param>
/// <param name="Description">One line for <c>--help</c>.</param>
public sealed record Scorer(string Name, string Description);

/// <summary>One question, to which any number of completions can be scored.</summary>
public interface IQuestion
{
    /// <summary>See <see cref="IInstance.Id"/>.</summary>
    string InstanceId { get; }

    /// <summary>Whole numbers that say how hard it is, by name: <c>moves</c> 5. None where nothing is known.</summary>
    IReadOnlyDictionary<string, int> Difficulty => System.Collections.ObjectModel.ReadOnlyDictionary<string, int>.Empty;

    /// <summary>Any text gives a score, in time linear in its length, never an exception.</summary>
    /// <param name="scorer">The name of one of <see cref="IScoredTask.Scorers"/> or <see cref="IScoredTask.Rewards"/>.</param>
    Score ScoreOf(string completion, string scorer);
}
