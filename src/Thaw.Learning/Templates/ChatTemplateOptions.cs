using System.Text.Json;

namespace Thaw.Learning.Templates;

/// <summary>What a rendering is asked for besides the conversation.</summary>
public sealed record ChatTemplateOptions
{
    public static ChatTemplateOptions Default { get; } = new();

    /// <summary>Ends the text with the opening of the assistant's turn, so that a model goes on as the assistant.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>Ends the text with the content of the last message, so that a model goes on with that message.</summary>
    public bool ContinueFinalMessage { get; init; }

    /// <summary>Further variables of the template, such as <c>enable_thinking</c>. They win over special tokens, not over the conversation.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>What <c>strftime_now</c> reads; local time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
