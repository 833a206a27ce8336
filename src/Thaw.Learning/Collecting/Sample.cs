using Thaw.Core.Demonstrations;
using Thaw.Core.Generation;

namespace Thaw.Learning.Collecting;

/// <summary>One line of <c>samples.jsonl</c>: what a teacher wrote, how it was drawn, what the judge says, and what became of it.</summary>
/// <param name="PromptId">The place of the prompt in its source, from 0. Lines of one prompt stand together, by rising attempt.</param>
/// <param name="Score">On the scorer's own scale.</param>
/// <param name="Reason">Why it is not correct, in the scorer's words.</param>
/// <param name="Why">Why it was not kept; null where it was.</param>
/// <param name="SameTokens">False: a training run that reads the text trains other tokens than were drawn.</param>
public sealed record Sample(
    int PromptId,
    string Prompt,
    string Completion,
    int Attempt,
    ulong Seed,
    double Temperature,
    double TopP,
    int TopK,
    int MaxNewTokens,
    string Teacher,
    FinishReason FinishReason,
    int CompletionTokens,
    string Scorer,
    bool Correct,
    bool Valid,
    double Score,
    bool Kept,
    string InstanceId,
    string Task,
    string Split,
    string Binding,
    IReadOnlyDictionary<string, int> Difficulty,
    string? Answer = null,
    string? Reason = null,
    RejectionReason? Why = null,
    bool? SameTokens = null)
{
    /// <summary>The row that a training run learns from.</summary>
    /// <param name="seed">Of the whole collection.</param>
    public Demonstration ToDemonstration(ulong seed) => new(Prompt, Completion, InstanceId, Task, Split, Binding, seed, CollectRun.Generator, Teacher);
}

/// <summary>Why a sample did not become a row.</summary>
public enum RejectionReason
{
    /// <summary>The judge says no.</summary>
    Wrong,

    /// <summary>It did not end by itself: a training run would teach to end there.</summary>
    Truncated,

    /// <summary>Correct, in fewer tokens than <c>min_completion_length</c>.</summary>
    TooShort,

    /// <summary>Correct, and another of its prompt was kept.</summary>
    NotChosen,

    /// <summary>Correct, and the same text was kept already.</summary>
    Duplicate,
}
