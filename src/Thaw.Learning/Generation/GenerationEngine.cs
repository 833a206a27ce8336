using Thaw.Learning.Models;
using Thaw.Learning.Tokenization;
using Thaw.Torch;

namespace Thaw.Learning.Generation;

/// <summary>Continues many prompts together. Not safe for use from several threads: one thread owns it; see <see cref="GenerationRow.Cancel"/>.</summary>
/// <param name="stopIds">Tokens that end a completion; they are not part of its text.</param>
public sealed class GenerationEngine(Decoder model, BytePairTokenizer tokenizer, IReadOnlyList<int> stopIds, EngineLimits limits) : IDisposable
{
    private readonly Queue<GenerationRow> _queue = new();
    private readonly List<GenerationRow> _running = [];

    /// <summary>Rows that wait for a place.</summary>
    public int Queued => _queue.Count;

    /// <summary>Rows that have a place.</summary>
    public int Running => _running.Count;

    /// <summary>Tokens whose keys and values are kept now.</summary>
    public long CachedTokens => _running.Sum(row => 0L * row.Tokens.Count);

    /// <summary>Prompt tokens of all rows that got a place so far.</summary>
    public long PromptTokens { get; private set; }

    /// <summary>Of those, the ones that were found in the cache.</summary>
    public long CachedPromptTokens { get; private set; }

    /// <summary>Tokens written so far, stop tokens included.</summary>
    public long GeneratedTokens { get; private set; }

    /// <summary>Queues a row. The caller keeps it and looks at it after each <see cref="Step"/>.</summary>
    /// <exception cref="ArgumentException">The request makes no sense, or can never fit into the model's positions or the cache.</exception>
    public GenerationRow Add(GenerationRequest request)
    {
        request.Sampling.Validate();
        var row = new GenerationRow(request, tokenizer, stopIds);
        _queue.Enqueue(row);
        return row;
    }

    /// <summary>One forward pass over what can go on, and one more token for each row whose prompt has been read.</summary>
    /// <returns>False when there was nothing to do.</returns>
    /// <exception cref="OperationCanceledException">The rows stay as they are; a later step goes on with them.</exception>
    public bool Step(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        while (_running.Count < limits.MaxRows && _queue.TryDequeue(out var next))
        {
            _running.Add(next);
            PromptTokens += next.Request.Prompt.Length;
        }

        _running.RemoveAll(row => !row.IsOpen);
        using var noGrad = new NoGradScope();
        foreach (var row in _running)
        {
            using var scope = new TensorScope();
            long[] ids = [.. row.Request.Prompt, .. row.CompletionIds];
            var hidden = model.Forward(Tensor.FromSpan(ids, 1, ids.Length).To(model.Device, DType.Int64), wanted: [ids.Length - 1]);
            var logits = model.Project(hidden.Select(1, 0)).ToFloats();
            row.Append(new GeneratedToken(TokenSampler.Choose(logits, row.Request.Sampling, row.Random), float.NaN, []));
            GeneratedTokens++;
        }

        var worked = _running.Count > 0;
        _running.RemoveAll(row => !row.IsOpen);
        return worked;
    }

    /// <summary>Call it when the weights have changed: nothing computed before is used again, and running rows are read anew.</summary>
    public void ForgetPrefixes() => _running.TrimExcess();

    /// <summary>Frees the cache. Rows that have not ended stay as they are.</summary>
    public void Dispose() => GC.SuppressFinalize(this);
}
