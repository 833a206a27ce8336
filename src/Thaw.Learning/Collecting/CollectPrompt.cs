using Thaw.Core.Demonstrations;
using Thaw.Core.Scoring;

namespace Thaw.Learning.Collecting;

/// <summary>A prompt that the teacher is asked, and where it comes from.</summary>
/// <param name="Id">Its place among all prompts of the source, from 0.</param>
/// <param name="Occurrence">How often its text came before, and once more: with text, seed and attempt it decides a sample.</param>
/// <param name="Row">Prompt and provenance; its completion is the solver's, or empty.</param>
internal sealed record CollectPrompt(int Id, int Occurrence, IQuestion Question, Demonstration Row);
