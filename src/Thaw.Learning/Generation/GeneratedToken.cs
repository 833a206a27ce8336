namespace Thaw.Learning.Generation;

/// <summary>One token of a completion.</summary>
/// <param name="LogProbability">
/// Natural logarithm of its probability under the model itself: before processors, bias, penalties and temperature, as in vLLM's
/// <c>raw_logprobs</c>. NaN where it was not asked for.
/// </param>
/// <param name="Top">The most probable tokens at this place, greatest first, the lower id among equals; empty where not asked for.</param>
public readonly record struct GeneratedToken(int Id, float LogProbability, IReadOnlyList<(int Id, float LogProbability)> Top);
