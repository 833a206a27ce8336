using Thaw.Core.Storage;

namespace Thaw.Core.Tasks;

/// <summary>Finds in text what a task's instance and binding are, whoever wrote it; <c>thaw audit</c> sees data only through this.</summary>
/// <remarks>Scoring never reads a prompt back: this serves data that came without provenance. Any text gives a result in linear time, never an exception.</remarks>
public interface IPromptReader
{
    /// <summary>The name of the task.</summary>
    string Task { get; }

    /// <returns>Null where the text is no prompt of this task.</returns>
    PromptFacts? ReadPrompt(string prompt);

    /// <summary>Reads a row that holds an instance in place of a prompt, as <c>thaw gen --instances-only</c> writes them.</summary>
    /// <returns>Null where the row is none of this task.</returns>
    PromptFacts? ReadInstance(JsonRow row);

    /// <summary>The answer in a completion: the word, the formula.</summary>
    string? AnswerOf(string completion);

    /// <summary>All canonical instances of a family, where they can be listed.</summary>
    /// <param name="extent">The greatest <see cref="PromptFacts.Extent"/> that was met.</param>
    /// <returns>Null where they are too many or not known.</returns>
    IReadOnlyCollection<string>? ListInstances(string family, int extent);
}

/// <summary>What a prompt shows.</summary>
/// <param name="Instance">The instance as it stands there, in the same words for the same instance.</param>
/// <param name="Canonical">The same for instances that differ by symmetry or order alone.</param>
/// <param name="Family">Instances of one kind and size, as a person reads it: <c>6x6-1</c>.</param>
/// <param name="Extent">How far into its family the instance reaches, where that bounds the family (the greatest card value); else 0.</param>
/// <param name="Mapping">What the words mean, in order; null where the prompt does not say.</param>
/// <param name="Words">The words of the mapping.</param>
public sealed record PromptFacts(string Instance, string Canonical, string Family, int Extent, string? Mapping, IReadOnlyList<string> Words)
{
    /// <summary>The fold of the instance here; null where that is not known.</summary>
    public Fold? Fold { get; init; }
}
