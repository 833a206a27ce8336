using Thaw.Core.Generation;

namespace Thaw.Serving.Client;

/// <summary>A served model as generator: any OpenAI-compatible server, asked by many requests at once.</summary>
/// <remarks>
/// What is drawn depends on the prompt, the seed and how often the prompt came before in the call, as with a local model; whether the
/// server keeps to that is its own affair. Not for use by several threads.
/// </remarks>
public sealed class EndpointGenerator : ITextGenerator, IDisposable
{
    private readonly EndpointOptions _options;
    private readonly EndpointClient _client;
    private readonly TimeProvider _time;
    private readonly AnswerJournal? _journal;
    private readonly Action<string>? _note;
    private readonly string? _journalFingerprint;
    private readonly Lock _lock = new();
    private long _requests;
    private long _fromJournal;
    private long _retries;
    private long _promptTokens;
    private long _completionTokens;
    private bool _saidFingerprint;
    private long? _lastNote;

    /// <param name="journal">File that keeps every answer, and answers instead of the server where it can; null keeps none.</param>
    /// <param name="note">Told in one line what a person may want to know: answers of an earlier run, retries, a changed model. Called from any thread.</param>
    /// <exception cref="IOException">The journal cannot be used, or a line of it is malformed.</exception>
    public EndpointGenerator(EndpointOptions options, string? journal = null, Action<string>? note = null, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Concurrency);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ChoicesPerRequest);
        (_options, _note) = (options, note);
        _time = time ?? TimeProvider.System;
        _client = new EndpointClient(options, _time, OnRetry);
        _journal = journal is null ? null : new AnswerJournal(journal, _time);
        _journalFingerprint = _journal?.LastFingerprint;
        if (_journal is { Count: > 0 })
        {
            note?.Invoke($"going on with {_journal.Count} answers from {journal}");
        }
    }

    /// <summary>What all calls so far took.</summary>
    public EndpointUsage Usage
    {
        get
        {
            lock (_lock)
            {
                return new EndpointUsage(
                    _requests, _fromJournal, _retries, _promptTokens, _completionTokens, _options.Prices.CostOf(_promptTokens, _completionTokens));
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="EndpointException">The server refused a request, or was not there for as long as patience lasts; no request is left running.</exception>
    public IReadOnlyList<Completion> Generate(IReadOnlyList<Prompt> prompts, SamplingOptions options, CancellationToken cancellation)
    {
        var completions = new Completion[prompts.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellation };
        Parallel.ForEachAsync(Questions(prompts, options), parallel, async (question, stop) =>
        {
            var answers = (await AnswerAsync(question.Request, stop)).ToCompletions().ToList();
            for (var i = 0; i < question.Places.Length; i++)
            {
                completions[question.Places[i]] = answers[i % answers.Count];
            }
        }).GetAwaiter().GetResult();
        return completions;
    }

    public void Dispose()
    {
        _client.Dispose();
        _journal?.Dispose();
    }

    // Equal prompts go out together as far as ChoicesPerRequest lets them; where nothing is drawn, one answer answers all of them.
    private IEnumerable<Question> Questions(IReadOnlyList<Prompt> prompts, SamplingOptions options)
    {
        foreach (var equal in Enumerable.Range(0, prompts.Count).GroupBy(place => prompts[place]))
        {
            var occurrence = 1;
            foreach (var places in equal.Chunk(options.IsGreedy ? prompts.Count : _options.ChoicesPerRequest))
            {
                var seed = SamplingOptions.SeedOfRow(options.Seed, occurrence, equal.Key.Text);
                var choices = options.IsGreedy ? 1 : places.Length;
                yield return new Question(places, EndpointRequest.Of(_options, equal.Key, options, choices, seed));
                occurrence += places.Length;
            }
        }
    }

    private async Task<ServedAnswers> AnswerAsync(EndpointRequest request, CancellationToken cancellation)
    {
        var key = _journal is null ? "" : request.Key;
        if (_journal?.Find(key) is { } known)
        {
            Count(known, isFromJournal: true);
            return known;
        }

        var answers = await _client.AskAsync(request, cancellation);
        _journal?.Add(key, answers);
        Count(answers, isFromJournal: false);
        return answers;
    }

    private void Count(ServedAnswers answers, bool isFromJournal)
    {
        lock (_lock)
        {
            _requests += isFromJournal ? 0 : 1;
            _fromJournal += isFromJournal ? 1 : 0;
            _promptTokens += answers.PromptTokens;
            _completionTokens += answers.CompletionTokens;
            if (!isFromJournal && !_saidFingerprint && _journalFingerprint is { } before && answers.Fingerprint is { } now && now != before)
            {
                _saidFingerprint = true;
                _note?.Invoke($"the model behind '{_options.Model}' is another one than that of the answers kept from earlier (fingerprint {now}, was {before}); start in a new folder if they must not be mixed");
            }
        }
    }

    private void OnRetry(string message, TimeSpan wait)
    {
        // Many requests fail together when a server goes away; one of them a second says it all.
        bool isSaid;
        lock (_lock)
        {
            _retries++;
            isSaid = _lastNote is not { } last || _time.GetElapsedTime(last) > TimeSpan.FromSeconds(1);
            _lastNote = isSaid ? _time.GetTimestamp() : _lastNote;
        }

        if (isSaid)
        {
            _note?.Invoke($"{message}; trying again in {wait.TotalSeconds:0.#} s");
        }
    }

    private sealed record Question(int[] Places, EndpointRequest Request);
}
