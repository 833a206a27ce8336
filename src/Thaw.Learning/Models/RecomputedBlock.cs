using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>A layer of which training keeps the input alone; backward computes the rest of it again.</summary>
/// <remarks>
/// Keys and values of a prefix that rows share are an input too, and gradients flow through them. The layer is computed by the same
/// operators on the same numbers both times, so loss and gradients are those of a layer that keeps everything.
/// </remarks>
internal static class RecomputedBlock
{
    /// <summary>Null where nothing is to be gained or the keys and values lie in a cache that training does not know.</summary>
    public static Tensor? ForwardOrNull(DecoderBlock block, Tensor xBSD, AttentionPass pass, int layer, Lora.LoraDropout? dropout)
    {
        if (!GradMode.IsEnabled || pass.Cache is not (null or KeyValueCache or FixedKeyValues))
        {
            return null;
        }

        var (old, kept) = (KeysAndValues(pass.Cache, layer), pass.Cache as KeyValueCache);
        Tensor[] inputs = old is { } before ? [xBSD, before.Keys, before.Values] : [xBSD];
        var constants = pass.Tensors();
        var mark = dropout?.Mark();
        var outputs = Recomputation.Run(Compute, inputs, [.. constants.OfType<Tensor>()]);
        kept?.Put(layer, outputs[1], outputs[2]);
        return outputs[0];

        Tensor[] Compute(Tensor[] arguments)
        {
            using var scope = new TensorScope();
            var next = inputs.Length;
            using var cache = new OneLayer(old is null ? null : (arguments[1], arguments[2]), keeps: kept is not null);
            var own = pass.With([.. constants.Select(constant => constant is null ? null : arguments[next++])]) with { Cache = cache };
            using var again = mark is { } place ? dropout!.GoTo(place) : null;
            var y = scope.Keep(block.Forward(arguments[0], own));
            return kept is null ? [y] : [y, scope.Keep(cache.Keys!.Clone()), scope.Keep(cache.Values!.Clone())];
        }
    }

    private static (Tensor Keys, Tensor Values)? KeysAndValues(ILayerCache? cache, int layer) => cache switch
    {
        KeyValueCache growing => growing.At(layer),
        FixedKeyValues prefix => prefix.At(layer),
        _ => null,
    };

    /// <summary>The cache of a layer that may be computed more than once.</summary>
    private sealed class OneLayer((Tensor Keys, Tensor Values)? old, bool keeps) : ILayerCache, IDisposable
    {
        public Tensor? Keys { get; private set; }

        public Tensor? Values { get; private set; }

        public long Length => old?.Keys.Shape[2] ?? 0;

        public (Tensor KeysBKTH, Tensor ValuesBKTH) Append(int layer, Tensor keysBKTH, Tensor valuesBKTH)
        {
            if (old is { } before)
            {
                (keysBKTH, valuesBKTH) = (KeyValueCache.Join(before.Keys, keysBKTH), KeyValueCache.Join(before.Values, valuesBKTH));
            }

            if (keeps)
            {
                (Keys, Values) = (TensorScope.Release(keysBKTH), TensorScope.Release(valuesBKTH));
            }

            return (keysBKTH, valuesBKTH);
        }

        public void Dispose()
        {
            Keys?.Dispose();
            Values?.Dispose();
        }
    }
}
