using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Thaw.Core.Generation;
using Thaw.Core.Progress;
using Thaw.Core.Randomness;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Templates;

namespace Thaw.Learning.Generation;

/// <summary>What <see cref="GenerationRun"/> is asked for.</summary>
/// <param name="Samples">Completions of each prompt.</param>
public sealed record GenerationJob(string PromptPath, string OutPath, int Samples, SamplingOptions Sampling)
{
    /// <summary>Null: no log-probabilities; else those of the chosen tokens and of so many most probable ones.</summary>
    public int? LogProbabilities { get; init; }

    /// <summary>What else decides the completions, for the file beside them: the model, and what changes when its files do.</summary>
    public string ModelName { get; init; } = "";

    /// <inheritdoc cref="Checkpoints.ModelFingerprint"/>
    public string ModelFingerprint { get; init; } = "";

    public EngineLimits Limits { get; init; } = new();
}

/// <summary>Completions of a file of prompts, in its order.</summary>
public static class GenerationRun
{
    /// <remarks>
    /// A completion depends on its prompt, the settings, and a seed of its own, made from the job's seed, the number of the prompt's line and
    /// of the sample. What an earlier run has written stays and is not computed again.
    /// </remarks>
    /// <returns>Lines written by this call, and tokens in them.</returns>
    /// <exception cref="InvalidDataException">A line of the prompts is malformed or can never fit; the message names file and line.</exception>
    /// <exception cref="IOException">The output was begun with other settings.</exception>
    public static (long Completions, long Tokens) Run(GenerationJob job, ModelFolder model, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var total = job.Samples * CountUsable(job, model, cancellation);
        using var file = CompletionFile.Open(job.OutPath, Describe(job));
        if (file.Lines > total)
        {
            throw new IOException($"{job.OutPath}: has {file.Lines} completions, but {job.PromptPath} asks for {total}.");
        }

        var before = file.Lines;
        var tokens = 0L;
        using var engine = new GenerationEngine(model.Decoder, model.Tokenizer, model.StopIds, job.Limits);
        var open = new Queue<Pending>();
        foreach (var next in Requests(job, model).Skip((int)before))
        {
            open.Enqueue(next with { Row = engine.Add(RequestOf(job, next.Ids, SplitMix64.SeedOf(job.Sampling.Seed, $"{next.Prompt.Line}/{next.Sample}"))) });

            // Enough rows wait that no place stays empty, and no more, whatever the size of the file.
            while (open.Count >= 2 * job.Limits.MaxRows)
            {
                Advance();
            }
        }

        while (open.Count > 0)
        {
            Advance();
        }

        return (file.Lines - before, tokens);

        void Advance()
        {
            engine.Step(cancellation);
            while (open.TryPeek(out var first) && first.Row!.Finish is not null)
            {
                open.Dequeue();
                file.Append(first.Prompt, first.Sample, first.Row, model.Tokenizer);
                tokens += first.Row.Tokens.Count;
            }

            progress?.Report(new WorkProgress("generating", file.Lines, total, $"{engine.GeneratedTokens} tokens, {engine.Running} rows running"));
        }
    }

    private static IEnumerable<PromptRow> PromptsOf(GenerationJob job, ModelFolder model) =>
        new PromptFile(job.PromptPath, () => ChatTemplate.Find(model.Path)).Read();

    private static IEnumerable<Pending> Requests(GenerationJob job, ModelFolder model)
    {
        foreach (var prompt in PromptsOf(job, model))
        {
            var ids = model.Tokenizer.Encode(prompt.Text);
            for (var sample = 0; sample < job.Samples; sample++)
            {
                yield return new Pending(prompt, sample, ids, null);
            }
        }
    }

    // All prompts are looked at first: one that can never fit would otherwise end the run when most of it is done, and mending it makes another file of it.
    private static long CountUsable(GenerationJob job, ModelFolder model, CancellationToken cancellation)
    {
        using (var file = File.OpenRead(job.PromptPath))
        {
            if (!file.CanSeek)
            {
                throw new InvalidDataException($"{job.PromptPath}: is read more than once, so it cannot be a pipe; write it to a file first.");
            }
        }

        job.Limits.Validate();
        var check = new RequestCheck(model.Decoder.Config, job.Limits);
        var count = 0L;
        foreach (var prompt in PromptsOf(job, model).Until(cancellation))
        {
            try
            {
                check.Require(RequestOf(job, model.Tokenizer.Encode(prompt.Text), job.Sampling.Seed));
            }
            catch (ArgumentException error)
            {
                throw new InvalidDataException($"{job.PromptPath}: line {prompt.Line}: {error.Message}", error);
            }

            count++;
        }

        return count;
    }

    private static GenerationRequest RequestOf(GenerationJob job, int[] ids, ulong seed) => new(ids, job.Sampling with { Seed = seed })
    {
        LogProbabilities = job.LogProbabilities is not null,
        TopLogProbabilities = job.LogProbabilities ?? 0,
    };

    private static JsonObject Describe(GenerationJob job)
    {
        using var prompts = File.OpenRead(job.PromptPath);
        var options = job.Sampling;
        return new JsonObject
        {
            ["model"] = job.ModelName,
            ["model_fingerprint"] = job.ModelFingerprint,
            ["prompts_sha256"] = Convert.ToHexStringLower(SHA256.HashData(prompts)),
            ["samples"] = job.Samples,
            ["seed"] = options.Seed,
            ["temperature"] = options.Temperature,
            ["top_p"] = options.TopP,
            ["top_k"] = options.TopK,
            ["min_p"] = options.MinP,
            ["max_new_tokens"] = options.MaxNewTokens,
            ["stop"] = new JsonArray([.. options.StopStrings.Select(stop => (JsonNode)stop)]),
            ["logprobs"] = job.LogProbabilities,
        };
    }

    private sealed record Pending(PromptRow Prompt, int Sample, int[] Ids, GenerationRow? Row);
}
