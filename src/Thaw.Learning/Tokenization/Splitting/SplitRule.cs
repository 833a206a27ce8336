namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>One way to cut text into pieces.</summary>
/// <param name="Pattern">A regular expression in the spelling of Oniguruma.</param>
/// <param name="IsInverted">Matches and gaps change places.</param>
public sealed record SplitRule(string Pattern, SplitBehavior Behavior = SplitBehavior.Isolated, bool IsInverted = false);
