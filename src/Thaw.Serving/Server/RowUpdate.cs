using Thaw.Core.Generation;
using Thaw.Learning.Generation;

namespace Thaw.Serving.Server;

/// <summary>What a row wrote since its last update.</summary>
/// <param name="Index">Of the choice.</param>
/// <param name="Text">No later update takes a part of it back.</param>
/// <param name="Tokens">Those behind the text; at the end also those of a stop string, of which there is no text.</param>
/// <param name="Finish">Null while the row goes on.</param>
/// <param name="CompletionTokens">All so far.</param>
/// <param name="CachedPromptTokens">Tokens of the prompt that had been computed before.</param>
internal sealed record RowUpdate(
    int Index, string Text, IReadOnlyList<GeneratedToken> Tokens, FinishReason? Finish, int CompletionTokens, int CachedPromptTokens);
