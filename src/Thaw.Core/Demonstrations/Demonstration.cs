namespace Thaw.Core.Demonstrations;

/// <summary>A prompt and the completion to learn, with where they come from. One line of a JSON Lines dataset.</summary>
/// <param name="Binding">The stated words: <c>Up=fox Down=lamp Left=rain Right=coin</c>.</param>
/// <param name="Generator">Name and version of the code that made the row.</param>
public sealed record Demonstration(
    string Prompt,
    string Completion,
    string InstanceId,
    string Task,
    string Split,
    string Binding,
    ulong Seed,
    string Generator,
    string Teacher);
