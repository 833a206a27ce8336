using System.Runtime.InteropServices;
using Thaw.Learning.Models;
using Thaw.Learning.Tokenization;
using Thaw.Torch;

namespace Thaw.Learning.Generation;

/// <summary>Continues many prompts together. Not safe for use from several threads: one thread owns it; see <see cref="GenerationRow.Cancel"/>.</summary>
/// <remarks>
/// Rows come and go at every step: who ends makes room at once, who waits is served in the order of arrival. What sequences have in
/// common is computed once, for rows that run together and for later ones. Where the cache is full, the rows that came last give up
/// theirs and wait; the first always goes on, so all end. On the CPU a row's tokens and log-probabilities depend on its own prompt,
/// settings and seed only, bit by bit; see docs/numerics.md. Owns its cache; neither the model nor the tokenizer.
/// </remarks>
public sealed class GenerationEngine : IDisposable
{
    private readonly Decoder _model;
    private readonly BytePairTokenizer _tokenizer;
    private readonly IReadOnlyList<int> _stopIds;
    private readonly EngineLimits _limits;
    private readonly PrefixCache _cache;
    private readonly PassPlanner _planner;
    private readonly TokenChooser _chooser;
    private readonly LinkedList<GenerationRow> _queue = new();
    private readonly List<ActiveRow> _active = [];
    private IRowDecoder _decoder;
    private (long Version, DType ComputeType) _weights;
    private float[] _logits = [];
    private int _lastRoot = PrefixCache.Root;

    /// <param name="stopIds">Tokens that end a completion; they are not part of its text.</param>
    /// <exception cref="ArgumentException">A limit is not positive.</exception>
    public GenerationEngine(Decoder model, BytePairTokenizer tokenizer, IReadOnlyList<int> stopIds, EngineLimits limits)
    {
        limits.Validate();
        (_model, _tokenizer, _stopIds, _limits) = (model, tokenizer, stopIds, limits);
        _cache = new PrefixCache(limits.MaxCachedTokens);
        _planner = new PassPlanner(_cache);
        _chooser = new TokenChooser(model.Config.VocabularySize);
        _weights = (model.WeightsVersion, model.ComputeType);
        _decoder = NewDecoder();
    }

    /// <summary>Rows that wait for a place.</summary>
    public int Queued => _queue.Count;

    /// <summary>Rows that have a place.</summary>
    public int Running => _active.Count;

    /// <summary>Tokens whose keys and values are kept now.</summary>
    public long CachedTokens => _cache.Count;

    /// <summary>Of those, the tokens that running rows stand on.</summary>
    public long CachedTokensInUse => _cache.InUse;

    /// <summary>Prompt tokens of all rows that got a place so far.</summary>
    public long PromptTokens { get; private set; }

    /// <summary>Of those, the ones that were found in the cache.</summary>
    public long CachedPromptTokens { get; private set; }

    /// <summary>Tokens written so far, stop tokens included.</summary>
    public long GeneratedTokens { get; private set; }

    /// <summary>Tokens that went through the model so far.</summary>
    public long ComputedTokens { get; private set; }

    /// <summary>Times that a running row had to give up its place for want of cache.</summary>
    public long Preemptions { get; private set; }

    /// <summary>Queues a row. The caller keeps it and looks at it after each <see cref="Step"/>.</summary>
    /// <exception cref="ArgumentException">The request makes no sense, or can never fit into the model's positions or the cache.</exception>
    public GenerationRow Add(GenerationRequest request)
    {
        new RequestCheck(_model.Config, _limits).Require(request);
        var row = new GenerationRow(request, _tokenizer, _stopIds);
        _queue.AddLast(row);
        return row;
    }

    /// <summary>One forward pass over what can go on, and one more token for each row whose prompt has been read.</summary>
    /// <returns>False when there was nothing to do.</returns>
    /// <exception cref="OperationCanceledException">The rows stay as they are; a later step goes on with them.</exception>
    public bool Step(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        RefreshWeights();
        DropEnded();
        Admit();
        ExtendPaths();
        if (_active.Count == 0)
        {
            return false;
        }

        _planner.Plan(_active, _limits.PrefillChunk);
        Read(_planner.Pass);
        WriteTokens();
        DropEnded();
        return true;
    }

    /// <summary>Nothing computed before is used again, and running rows are read anew. Changes of weights in place are noticed without it.</summary>
    public void ForgetPrefixes()
    {
        while (_active.Count > 0)
        {
            Requeue(_active.Count - 1);
        }

        _cache.Clear();
        _decoder.ReloadWeights();
    }

    /// <summary>Frees the cache. Rows that have not ended stay as they are.</summary>
    public void Dispose() => _decoder.Dispose();

    private IRowDecoder NewDecoder() => _model.Device.IsCuda ? new GatheringDecoder(_model) : new PackedDecoder(_model);

    private void RefreshWeights()
    {
        var now = (_model.WeightsVersion, _model.ComputeType);
        if (now == _weights)
        {
            return;
        }

        if (now.ComputeType != _weights.ComputeType)
        {
            _decoder.Dispose();
            _decoder = NewDecoder();
        }

        _weights = now;
        ForgetPrefixes();
    }

    private void DropEnded()
    {
        for (var i = _active.Count - 1; i >= 0; i--)
        {
            if (!_active[i].Row.IsOpen)
            {
                _active[i].Leave(_cache);
                _active.RemoveAt(i);
            }
        }
    }

    private void Admit()
    {
        for (var node = _queue.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.IsCancelled)
            {
                _queue.Remove(node);
            }

            node = next;
        }

        while (_active.Count < _limits.MaxRows && _queue.First is { } first && TryStart(first.Value))
        {
            _queue.RemoveFirst();
        }
    }

    // Where its prompt does not fit beside one more token of each running row, the row waits.
    private bool TryStart(GenerationRow row)
    {
        var active = _limits.PrefixSharing ? new ActiveRow(row) : new ActiveRow(row, --_lastRoot);
        while (active.Path.Length < active.Length && _cache.Find(active.Tip, active.TokenAt(active.Path.Length)) is >= 0 and var known)
        {
            _cache.Enter(known);
            active.Extend(known);
        }

        var found = active.Path.Length;
        if (active.Length - found > _cache.Available - _active.Count)
        {
            active.Leave(_cache);
            return false;
        }

        while (active.Path.Length < active.Length)
        {
            active.Extend(_cache.Add(active.Tip, active.TokenAt(active.Path.Length)));
        }

        if (!row.HasStarted)
        {
            row.Start(found);
            PromptTokens += row.Request.Prompt.Length;
            CachedPromptTokens += row.CachedPromptTokens;
        }

        _active.Add(active);
        return true;
    }

    // A slot for the last token of each row, the longest running first; for want of slots the last ones give up theirs.
    private void ExtendPaths()
    {
        for (var i = 0; i < _active.Count; i++)
        {
            var row = _active[i];
            while (row.Path.Length < row.Length)
            {
                var token = row.TokenAt(row.Path.Length);
                var slot = _cache.Find(row.Tip, token);
                if (slot >= 0)
                {
                    _cache.Enter(slot);
                }
                else if ((slot = _cache.Add(row.Tip, token)) < 0)
                {
                    Preemptions++;
                    Requeue(_active.Count - 1);
                    if (i == _active.Count)
                    {
                        return;
                    }

                    continue;
                }

                row.Extend(slot);
            }
        }
    }

    private void Requeue(int index)
    {
        _active[index].Leave(_cache);
        _queue.AddFirst(_active[index].Row);
        _active.RemoveAt(index);
    }

    private void Read(DecodingPass pass)
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        _decoder.ReachSlots(_cache.SlotsTouched);
        var logitsWV = _decoder.Logits(pass);
        foreach (var slot in pass.Slots)
        {
            _cache.SetComputed((int)slot);
        }

        ComputedTokens += pass.Count;
        var count = pass.WantedCount * _model.Config.VocabularySize;
        if (_logits.Length < count)
        {
            _logits = new float[count];
        }

        logitsWV.CopyTo(MemoryMarshal.AsBytes(_logits.AsSpan(0, count)));
    }

    private void WriteTokens()
    {
        var vocabulary = _model.Config.VocabularySize;
        foreach (var active in _active)
        {
            if (active.LogitsRow >= 0 && active.Row.IsOpen)
            {
                active.Row.Append(_chooser.Next(active.Row, _logits.AsSpan(active.LogitsRow * vocabulary, vocabulary)));
                GeneratedTokens++;
            }
        }
    }
}
