using Thaw.Learning.Generation;

namespace Thaw.Serving.Server;

/// <summary>A request of a client as the engine sees it.</summary>
/// <param name="Rows">One for each choice of each prompt, in the order of their index.</param>
/// <param name="PromptTokens">Of the prompts, each counted once.</param>
internal sealed record Job(IReadOnlyList<GenerationRequest> Rows, int PromptTokens)
{
    /// <summary>Text is wanted as it comes.</summary>
    public bool Streams { get; init; }

    /// <summary>A stream ends with the token counts.</summary>
    public bool StreamsUsage { get; init; }
}
