using Thaw.Core.Generation;
using Thaw.Core.Randomness;
using Thaw.Core.Scoring;

namespace Thaw.Learning.Collecting;

/// <summary>The samples of one prompt: which to draw next, and which of them to keep.</summary>
/// <remarks>
/// Where the first correct sample is kept, attempts are drawn in rounds of 1, 1, 2, 4, 8, ...: at most as many again as were needed. The
/// kept one is that of the lowest attempt, so it is the same as if all had been drawn.
/// </remarks>
internal sealed class PromptSearch(CollectPrompt prompt, CollectOptions options, string scorer)
{
    private readonly SortedDictionary<int, (TeacherAnswer Answer, Score Score)> _answers = [];
    private int _asked;

    /// <summary>All that was asked for has come.</summary>
    public bool IsRoundOver => _answers.Count == _asked;

    public bool IsOver => _asked > 0 && IsRoundOver && (_asked == options.NumGenerations || (options.Keep == KeptSamples.First && Keepable.Any()));

    private IEnumerable<int> Keepable => _answers.Where(entry => FaultOf(entry.Value.Answer, entry.Value.Score) is null).Select(entry => entry.Key);

    /// <summary>The requests of the next round.</summary>
    public IReadOnlyList<SampleRequest> NextRound()
    {
        var count = Math.Min(options.NumGenerations - _asked, options.Keep == KeptSamples.First ? Math.Max(1, _asked) : options.NumGenerations);
        SampleRequest[] round = [.. Enumerable.Range(_asked, count).Select(attempt => new SampleRequest(prompt, attempt, SeedOf(attempt)))];
        _asked += count;
        return round;
    }

    public void Take(int attempt, TeacherAnswer answer) => _answers.Add(attempt, (answer, prompt.Question.ScoreOf(answer.Text, scorer)));

    /// <summary>Every sample that was drawn, by rising attempt.</summary>
    public IEnumerable<Sample> Samples(string teacher)
    {
        var kept = Kept();
        var difficulty = new Dictionary<string, int>(prompt.Question.Difficulty);
        var row = prompt.Row;
        foreach (var (attempt, (answer, score)) in _answers)
        {
            yield return new Sample(
                prompt.Id,
                row.Prompt,
                answer.Text,
                attempt,
                SeedOf(attempt),
                options.Temperature,
                options.TopP,
                options.TopK,
                options.MaxCompletionLength,
                teacher,
                answer.Finish,
                answer.Tokens,
                scorer,
                score.IsCorrect,
                score.IsValid,
                score.Value,
                kept.Contains(attempt),
                row.InstanceId,
                row.Task,
                row.Split,
                row.Binding,
                difficulty,
                score.Answer,
                score.Reason,
                kept.Contains(attempt) ? null : WhyNot(answer, score),
                answer.HasSameTokens);
        }
    }

    // As a generator makes it from its call's seed, so that a served checkpoint draws what a local one does.
    private ulong SeedOf(int attempt) => SamplingOptions.SeedOfRow(CallSeed(options.Seed, prompt.Occurrence, attempt), 1, prompt.Row.Prompt);

    /// <summary>The seed of a call that has each prompt once.</summary>
    public static ulong CallSeed(ulong seed, int occurrence, int attempt) => SplitMix64.SeedOf(seed, $"collect/{occurrence}/{attempt}");

    private HashSet<int> Kept()
    {
        int[] keepable = [.. Keepable];
        return keepable.Length == 0 ? [] : options.Keep switch
        {
            KeptSamples.First => [keepable[0]],
            KeptSamples.Random => [SplitMix64.For(options.Seed, $"keep/{prompt.Occurrence}/{prompt.Row.Prompt}").Pick(keepable)],
            KeptSamples.Shortest => [keepable.MinBy(attempt => (_answers[attempt].Answer.Tokens, attempt))],
            _ => [.. keepable.DistinctBy(attempt => _answers[attempt].Answer.Text)],
        };
    }

    private RejectionReason WhyNot(TeacherAnswer answer, Score score) =>
        FaultOf(answer, score) ?? (options.Keep == KeptSamples.All ? RejectionReason.Duplicate : RejectionReason.NotChosen);

    // Null for a sample that may be kept.
    private RejectionReason? FaultOf(TeacherAnswer answer, Score score) =>
        answer.Finish == FinishReason.Length ? RejectionReason.Truncated
        : !score.IsCorrect ? RejectionReason.Wrong
        : answer.Tokens < options.MinCompletionLength && options.Kind != TeacherKind.Solver ? RejectionReason.TooShort
        : null;
}
