using Thaw.Core.Generation;

namespace Thaw.Serving.Client;

/// <summary>What a server gave for one prompt.</summary>
/// <param name="Choices">As many as were asked for, in the order of their index.</param>
/// <param name="PromptTokens">0 where the server does not count.</param>
/// <param name="CompletionTokens">Of all choices together; 0 where the server does not count.</param>
/// <param name="Fingerprint">The server's <c>system_fingerprint</c>; it changes where the model behind a name does.</param>
internal sealed record ServedAnswers(
    IReadOnlyList<ServedChoice> Choices, int PromptTokens, int CompletionTokens, string? Fingerprint = null)
{
    /// <summary>Servers count the tokens of all choices together, so each gets an equal share, the first ones what is over.</summary>
    public IEnumerable<Completion> ToCompletions()
    {
        var (share, over) = Math.DivRem(CompletionTokens, Choices.Count);
        return Choices.Select((choice, i) => new Completion(choice.Text, choice.FinishReason, PromptTokens, share + (i < over ? 1 : 0)));
    }
}

/// <summary>One of the answers to a prompt.</summary>
internal sealed record ServedChoice(string Text, FinishReason FinishReason);
