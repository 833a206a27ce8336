namespace Thaw.Core.Generation;

/// <summary>What a model is given: the text verbatim, chat markers included.</summary>
public sealed record Prompt(string Text);
