using Thaw.Core.Generation;

namespace Thaw.Learning.Collecting;

/// <summary>Whoever answers prompts, many at a time. Not for use by several threads.</summary>
internal interface ITeacher : IDisposable
{
    /// <summary>For the provenance of a sample: name and hash of the weights.</summary>
    string Id { get; }

    /// <summary>Samples that may be under way, so that none waits for want of others.</summary>
    int Capacity { get; }

    void Ask(SampleRequest request);

    /// <summary>Goes on with what was asked.</summary>
    /// <returns>What has ended by now, each once, in any order.</returns>
    IReadOnlyList<(SampleRequest Request, TeacherAnswer Answer)> Step(CancellationToken cancellation);
}

/// <summary>One sample that is wanted.</summary>
/// <param name="Attempt">From 0.</param>
/// <param name="Seed">Made from the prompt, its occurrence, the attempt and the seed of the run: with the weights it decides the sample.</param>
internal sealed record SampleRequest(CollectPrompt Prompt, int Attempt, ulong Seed);

/// <param name="Tokens">Without the one that ends it.</param>
/// <param name="HasSameTokens">Whether text and stop token become the very tokens that were drawn when a training run reads them; null where they are not known.</param>
internal sealed record TeacherAnswer(string Text, FinishReason Finish, int Tokens, bool? HasSameTokens);
