namespace Thaw.Learning.Preferences;

/// <summary>A prompt, a completion that is wanted and one that is not.</summary>
public sealed record PreferencePair(string Prompt, string Chosen, string Rejected);
