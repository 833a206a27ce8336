namespace Thaw.Core.Generation;

/// <summary>What a model wrote, without the token or string that ended it.</summary>
public sealed record Completion(string Text, FinishReason FinishReason, int PromptTokens, int CompletionTokens);

/// <summary>Why a completion ended; the words of the OpenAI API.</summary>
public enum FinishReason
{
    /// <summary>The model wrote a stop token or a stop string.</summary>
    Stop,

    /// <summary>The limit of new tokens was reached.</summary>
    Length,
}
