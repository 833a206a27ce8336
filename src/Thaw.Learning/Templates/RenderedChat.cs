namespace Thaw.Learning.Templates;

/// <summary>A rendered conversation and which part of it the assistant wrote.</summary>
/// <param name="AssistantSpans">What the template put between <c>{% generation %}</c> and <c>{% endgeneration %}</c>, as ranges of UTF-16 units of
/// <paramref name="Text"/>, in order, never empty. No spans where the template has no such blocks.</param>
public sealed record RenderedChat(string Text, IReadOnlyList<Range> AssistantSpans);
