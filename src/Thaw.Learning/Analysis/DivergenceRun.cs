using Thaw.Core.Demonstrations;
using Thaw.Core.Generation;
using Thaw.Core.Progress;
using Thaw.Core.Randomness;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Generation;
using Thaw.Learning.Lora;
using Thaw.Torch;

namespace Thaw.Learning.Analysis;

/// <summary>Forward and reverse KL divergence of a tuned model from its base, on the prompts of a task and on text that has nothing to do with it.</summary>
/// <remarks>
/// RL's Razor (arXiv 2509.04259) finds that forgetting follows KL(base ‖ tuned) on prompts of the new task. Over whole completions that is
/// the expectation, under completions of the base, of the sum over their tokens of the KL at each: forward on <see cref="CompletionSource.Base"/>,
/// per text. Divided by the tokens it can be compared between tasks.
/// </remarks>
/// <exception cref="ArgumentException">A task or a split is not known.</exception>
public sealed class DivergenceRun(DivergenceOptions options, IProgress<WorkProgress>? progress)
{
    private readonly ITask _task = TaskCatalog.Find(options.Task);
    private readonly IReadOnlyList<Split> _splits = [.. options.Splits.Select(TaskCatalog.Find(options.Task).FindSplit)];

    /// <exception cref="InvalidDataException">A model or the neutral text is malformed, or the models do not read text alike.</exception>
    /// <exception cref="ArgumentException">A split has no demonstrations, and they are asked for.</exception>
    public DivergenceReport Run(CancellationToken cancellation)
    {
        var device = Device.Parse(options.Device);
        using var origin = ModelFolder.Load(options.Base, device, options.Dtype);
        using var tuned = WeightSource.IsAdapter(options.Model)
            ? ModelFolder.Load(options.Base, device, options.Dtype, AdapterFolder.ReaderOrNull(options.Model, device))
            : ModelFolder.Load(options.Model, device, options.Dtype);
        if (origin.Decoder.Config.VocabularySize != tuned.Decoder.Config.VocabularySize)
        {
            throw new InvalidDataException($"{options.Model}: has {tuned.Decoder.Config.VocabularySize} tokens, {options.Base} has {origin.Decoder.Config.VocabularySize}: their distributions cannot be compared.");
        }

        var results = new List<DivergenceResult>();
        foreach (var split in _splits)
        {
            foreach (var source in options.Completions)
            {
                var name = $"{split.Name}, completions of {JsonFormat.NameOf(source)}";
                var rows = source switch
                {
                    CompletionSource.Base => Sampled(split, origin, name, cancellation),
                    CompletionSource.Tuned => Sampled(split, tuned, name, cancellation),
                    _ => Demonstrated(split, origin),
                };
                results.Add(Compare(split.Name, source, rows, name));
            }
        }

        if (options.Neutral != NeutralText.None)
        {
            var rows = options.Neutral is { } path ? NeutralText.Read(path, origin) : NeutralText.BuiltIn(origin, options.Instances, options.Seed);
            results.Add(Compare(NeutralText.SetName, null, rows, "neutral text"));
        }

        return new DivergenceReport(options.Model, options.Base, results);

        DivergenceResult Compare(string set, CompletionSource? source, IReadOnlyList<ScoredText> rows, string name)
        {
            RequireSameTokens(rows, origin, tuned);
            var divergences = TokenDivergence.Of(
                tuned.Decoder, origin.Decoder, rows, done => progress?.Report(new WorkProgress($"{name}: comparing", done, rows.Count)), cancellation);
            return DivergenceResult.Of(set, source, divergences);
        }
    }

    private List<ScoredText> Sampled(Split split, ModelFolder writer, string name, CancellationToken cancellation)
    {
        using var engine = new GenerationEngine(writer.Decoder, writer.Tokenizer, writer.StopIds, new EngineLimits());
        var rows = _task.DrawInstances(split, Fold.Test, options.Instances, options.Seed).Select((instance, index) =>
        {
            var sampling = new SamplingOptions
            {
                Temperature = 1,
                MaxNewTokens = options.MaxNewTokens ?? _task.AnswerTokens,
                Seed = SplitMix64.SeedOf(options.Seed, $"analyse/kl/{split.Name}/{index}"),
            };
            return engine.Add(new GenerationRequest(writer.Tokenizer.Encode(_task.Begin(split, instance, options.Seed).Prompt.Text), sampling));
        }).ToList();
        while (engine.Step(cancellation))
        {
            progress?.Report(new WorkProgress($"{name}: writing", rows.Count(row => !row.IsOpen), rows.Count));
        }

        // The token that ends a completion was chosen like any other.
        return rows.ConvertAll(row => new ScoredText(
            [.. row.Request.Prompt, .. row.Tokens.Select(token => token.Id), .. row.StopToken is { } stop ? [stop.Id] : Array.Empty<int>()], row.Request.Prompt.Length));
    }

    private List<ScoredText> Demonstrated(Split split, ModelFolder model) =>
    [
        .. _task.Demonstrate(new DemonstrationPlan(Diversity.Frozen, options.Seed, Split: split)).Take(options.Instances).Select(row =>
        {
            var prompt = model.Tokenizer.Encode(row.Prompt);
            return new ScoredText([.. prompt, .. model.Tokenizer.Encode(row.Completion), model.StopIds[0]], prompt.Length);
        }),
    ];

    // A model whose tokens are others' is no tuning of this base, and its numbers would mean nothing.
    private static void RequireSameTokens(IReadOnlyList<ScoredText> rows, ModelFolder origin, ModelFolder tuned)
    {
        foreach (var row in rows)
        {
            var text = origin.Tokenizer.Decode(row.Ids);
            if (!tuned.Tokenizer.Encode(text).AsSpan().SequenceEqual(origin.Tokenizer.Encode(text)))
            {
                throw new InvalidDataException($"{tuned.Path}: its tokenizer does not read text as that of {origin.Path} does; they are not of one family.");
            }
        }
    }
}
