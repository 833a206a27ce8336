namespace Thaw.Core.Evaluation;

/// <summary>How far an evaluation is.</summary>
/// <param name="Turn">The turn being played, from 1; all episodes play it together.</param>
/// <param name="PromptsAnswered">Different prompts that the model has answered so far; repeated ones cost nothing under greedy decoding.</param>
public readonly record struct EvaluationProgress(int Turn, int EpisodesOver, int EpisodesTotal, int PromptsAnswered);
