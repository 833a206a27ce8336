using Thaw.Core.Generation;

namespace Thaw.Learning.Collecting;

/// <summary>Any generator, such as an endpoint, asked in rounds.</summary>
/// <remarks>
/// A generator makes a sample's seed from its call's, the prompt and how often that came before in the call. So a call has each prompt
/// once, and its seed is made from attempt and occurrence alone: a sample does not depend on what else is asked.
/// </remarks>
internal sealed class GeneratorTeacher(ITextGenerator generator, string id, CollectOptions options) : ITeacher
{
    private readonly List<SampleRequest> _asked = [];

    public string Id => id;

    public int Capacity => Math.Max(64, 4 * options.Concurrency);

    public void Ask(SampleRequest request) => _asked.Add(request);

    public IReadOnlyList<(SampleRequest Request, TeacherAnswer Answer)> Step(CancellationToken cancellation)
    {
        var answers = new List<(SampleRequest, TeacherAnswer)>();
        foreach (var call in _asked.GroupBy(request => (request.Attempt, request.Prompt.Occurrence)))
        {
            SampleRequest[] requests = [.. call];
            var sampling = options.Sampling with { Seed = PromptSearch.CallSeed(options.Seed, call.Key.Occurrence, call.Key.Attempt) };
            var completions = generator.Generate([.. requests.Select(request => new Prompt(request.Prompt.Row.Prompt))], sampling, cancellation);
            answers.AddRange(requests.Zip(completions, (request, c) => (request, new TeacherAnswer(c.Text, c.FinishReason, c.CompletionTokens, null))));
        }

        _asked.Clear();
        return answers;
    }

    public void Dispose() => (generator as IDisposable)?.Dispose();
}
