using Thaw.Core.Generation;

namespace Thaw.Learning.Tests.Collecting;

/// <summary>Answers from prompt and seed alone, as a model that samples; counts what it is asked.</summary>
/// <param name="answer">From the prompt and a number from 0 to 99 that the seed decides.</param>
internal sealed class ScriptedTeacher(Func<string, int, string> answer) : ITextGenerator
{
    public int Asked { get; private set; }

    /// <summary>Fails when so many were asked.</summary>
    public int FailsAfter { get; init; } = int.MaxValue;

    public IReadOnlyList<Completion> Generate(IReadOnlyList<Prompt> prompts, SamplingOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Asked += prompts.Count;
        return Asked > FailsAfter ? throw new IOException("gone") : [.. prompts.Select(prompt =>
        {
            var draw = (int)(Thaw.Core.Randomness.SplitMix64.SeedOf(options.Seed, $"1/{prompt.Text}") % 100);
            var text = answer(prompt.Text, draw);
            var isCut = text.EndsWith('…');
            return new Completion(isCut ? text[..^1] : text, isCut ? FinishReason.Length : FinishReason.Stop, 1, text.Length);
        })];
    }
}
