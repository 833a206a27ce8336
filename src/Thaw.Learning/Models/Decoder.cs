using Thaw.Learning.Lora;
using Thaw.Torch;

namespace Thaw.Learning.Models;

// Shapes: B rows, S new positions, T all positions, D model width, V vocabulary.

/// <summary>A decoder-only transformer of the Qwen2, Qwen3 or Llama 3 family.</summary>
public sealed class Decoder : IDisposable
{
    private readonly Dictionary<string, Parameter> _byName;
    private readonly DecoderBlock[] _blocks;
    private readonly RmsNorm _finalNorm;
    private readonly RotaryTable _rotary;

    /// <param name="makeWeight">Gives the initial value of a parameter from its checkpoint name and shape.</param>
    /// <param name="adapter">Changes the projections of a model that is frozen then; taken over.</param>
    public Decoder(DecoderConfig config, Func<string, long[], Tensor> makeWeight, Device device = default, LoraAdapter? adapter = null)
    {
        Config = config;
        Device = device;
        Adapter = adapter;
        Parameters = MakeParameters(config, makeWeight, adapter);
        _byName = Parameters.ToDictionary(p => p.Name);
        _rotary = new RotaryTable(config, device);
        _blocks = [.. Enumerable.Range(0, config.Layers).Select(layer => DecoderWeights.Block(config, layer, _byName, adapter))];
        _finalNorm = new RmsNorm(_byName[DecoderWeights.FinalNorm], config.NormEpsilon);
    }

    public DecoderConfig Config { get; }

    public Device Device { get; }

    /// <summary>Element type of the matrix products; float16 on CUDA only. The residual stream stays in float32.</summary>
    public DType ComputeType { get; set; } = DType.Float32;

    /// <summary>All weights, in the order of the checkpoint.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Whether training keeps the input of each layer alone and computes the rest again in backward: slower, and less memory.</summary>
    public bool RecomputesLayers { get; set; }

    internal IReadOnlyList<DecoderBlock> Blocks => _blocks;

    internal RmsNorm FinalNorm => _finalNorm;

    internal RotaryTable Rotary => _rotary;

    internal Tensor Embedding => _byName[DecoderWeights.Embedding].Value;

    /// <summary>The matrix [V, D] of the output projection.</summary>
    internal Tensor Head => _byName[Config.TiesEmbeddings ? DecoderWeights.Embedding : DecoderWeights.Head].Value;

    /// <summary>A number that is another one whenever a weight has been changed in place.</summary>
    internal long WeightsVersion => Parameters.Concat(Adapter?.Parameters ?? []).Sum(parameter => parameter.Value.Version);

    public LoraAdapter? Adapter { get; }

    /// <summary>What training changes: the adapter's factors where there is one, else all weights.</summary>
    public IReadOnlyList<Parameter> TrainedParameters => Adapter?.Parameters ?? Parameters;

    /// <summary>Fresh weights, norms at 1, biases at 0.</summary>
    /// <param name="seed">The same seed gives the same weights on the CPU of any machine.</param>
    public static Decoder Fresh(DecoderConfig config, ulong seed, Device device = default) =>
        new(config, new WeightInitializer(config, seed).Make, device);

    /// <summary>Hidden states after the final norm, [B, S, D], or [B, W, D] of the wanted ones. Row b, position s predicts the token at s + 1.</summary>
    /// <param name="idsBS">Token ids, int64. Shorter rows are padded on the right: no earlier position sees a later one.</param>
    /// <param name="cache">Keys and values of earlier positions; the new ones are added to it.</param>
    /// <param name="positionsBS">Positions of the new tokens, [1 or B, S]; null counts on from the cache.</param>
    /// <param name="mask">Replaces the causal mask when there is one new position: see <see cref="AttentionPass"/>.</param>
    /// <param name="tree">Makes each row a forest of sequences, with the positions that it names; neither with a cache nor with a mask.</param>
    /// <param name="wanted">Row by row the W new positions, from 0, whose hidden states are wanted: the last layer computes no others. Null is all.</param>
    /// <param name="embeddingNoise">[B, S, D], float32, added to the embeddings.</param>
    public Tensor Forward(
        Tensor idsBS, ILayerCache? cache = null, Tensor? positionsBS = null, Tensor? mask = null, TokenTree? tree = null, long[]? wanted = null, Tensor? embeddingNoise = null)
    {
        using var scope = new TensorScope();
        var s = idsBS.Shape[1];
        var before = cache?.Length ?? 0;
        var reach = tree?.Depth ?? before + s;
        if (reach > Config.MaxPositions)
        {
            throw new ArgumentException($"{reach} positions, but the model was made for {Config.MaxPositions}.", nameof(idsBS));
        }

        _rotary.Reach(reach);
        var orderS = Tensor.Arange(before, before + s, Device).Unsqueeze(0);
        positionsBS ??= tree?.PositionsBS ?? orderS;
        var pass = new AttentionPass(_rotary.At(positionsBS), mask, tree, cache, ComputeType)
        {
            PathsBS = cache is null && mask is null ? tree?.PositionsBS ?? orderS.Expand(idsBS.Shape[0], s) : null,
        };
        var xBSD = _byName[DecoderWeights.Embedding].Value.Embedding(idsBS);
        if (xBSD.DType != DType.Float32)
        {
            xBSD = xBSD.Cast(DType.Float32);
        }

        if (embeddingNoise is not null)
        {
            xBSD += embeddingNoise;
        }

        for (var layer = 0; layer < _blocks.Length - 1; layer++)
        {
            xBSD = Forward(layer, xBSD, pass);
        }

        xBSD = Forward(_blocks.Length - 1, xBSD, wanted is null ? pass : pass with { Queries = Asking(wanted, idsBS.Shape[0], s, before, positionsBS) });
        return scope.Keep(_finalNorm.Forward(xBSD, ComputeType));
    }

    private Tensor Forward(int layer, Tensor xBSD, AttentionPass pass) =>
        (RecomputesLayers ? RecomputedBlock.ForwardOrNull(_blocks[layer], xBSD, pass, Adapter?.Dropout) : null) ?? _blocks[layer].Forward(xBSD, pass);

    private AskingRows Asking(long[] wanted, long rows, long s, long before, Tensor positionsBS)
    {
        using var scope = new TensorScope();
        var w = wanted.Length / rows;
        var places = Longs([.. wanted], rows, w);
        var rotary = _rotary.At(positionsBS.Expand(rows, s).Gather(1, places));
        scope.Keep(rotary.Cos);
        scope.Keep(rotary.Sin);
        return new AskingRows(
            scope.Keep(Longs([.. wanted.Select((place, i) => (i / w * s) + place)], rows * w)),
            rotary,
            scope.Keep(Longs([.. wanted.Select(place => before + place)], rows, w)));

        Tensor Longs(long[] values, params long[] shape) => Tensor.FromSpan(values, shape).To(Device, DType.Int64);
    }

    /// <summary>Logits [..., V] in float32 of hidden states [..., D].</summary>
    public Tensor Project(Tensor hidden)
    {
        using var scope = new TensorScope();
        return scope.Keep(hidden.Linear(Head.Cast(hidden.DType)).Cast(DType.Float32));
    }

    /// <summary>Takes the embedding, and the output where it is tied to it, out of training.</summary>
    public void FreezeEmbeddings() => _byName[DecoderWeights.Embedding].Freeze();

    /// <summary>A model over the same weights in memory that gathers gradients of its own. Dispose it before this one.</summary>
    internal Decoder Replicate()
    {
        var replica = new Decoder(Config, (name, _) => _byName[name].Value.Detach(), Device, Adapter?.Replicate(Config)) { ComputeType = ComputeType, RecomputesLayers = RecomputesLayers };
        foreach (var (own, original) in replica.Parameters.Zip(Parameters))
        {
            if (!original.IsTrainable)
            {
                own.Freeze();
            }
        }

        return replica;
    }

    /// <summary>A model of its own with the same weights, none of them trainable. The caller owns it.</summary>
    internal Decoder FrozenCopy()
    {
        using var noGrad = new NoGradScope();
        var copy = new Decoder(Config, (name, _) => _byName[name].Value.Clone(), Device) { ComputeType = ComputeType };
        foreach (var parameter in copy.Parameters)
        {
            parameter.Freeze();
        }

        return copy;
    }

    /// <summary>Overwrites all weights with those of a model of the same shape.</summary>
    internal void CopyWeightsFrom(Decoder other)
    {
        using var noGrad = new NoGradScope();
        foreach (var (own, theirs) in Parameters.Zip(other.Parameters))
        {
            own.Value.CopyFrom(theirs.Value);
        }
    }

    public void Dispose()
    {
        _rotary.Dispose();
        Adapter?.Dispose();
        foreach (var parameter in Parameters)
        {
            parameter.Dispose();
        }
    }

    // Where one cannot be made, those before it are freed.
    private static List<Parameter> MakeParameters(DecoderConfig config, Func<string, long[], Tensor> makeWeight, LoraAdapter? adapter)
    {
        var made = new List<Parameter>();
        try
        {
            foreach (var (name, shape) in DecoderWeights.ShapesOf(config))
            {
                made.Add(new Parameter(name, makeWeight(name, shape)));
                if (adapter is not null)
                {
                    made[^1].Freeze();
                }
            }

            return made;
        }
        catch
        {
            made.ForEach(parameter => parameter.Dispose());
            adapter?.Dispose();
            throw;
        }
    }
}

/// <summary>One pre-norm layer: attention, then SwiGLU, each added to the residual stream.</summary>
internal sealed class DecoderBlock(RmsNorm attentionNorm, Attention attention, RmsNorm feedForwardNorm, SwiGlu feedForward)
{
    public RmsNorm AttentionNorm => attentionNorm;

    public Attention Attention => attention;

    public RmsNorm FeedForwardNorm => feedForwardNorm;

    public SwiGlu FeedForward => feedForward;

    public Tensor Forward(Tensor xBSD, AttentionPass pass)
    {
        using var scope = new TensorScope();
        var askingBSD = pass.Queries?.Pick(xBSD) ?? xBSD;
        var (afterAttentionBSD, normedBSD) = feedForwardNorm.AfterAdding(askingBSD, attention.Forward(attentionNorm.Forward(xBSD, pass.ComputeType), pass));
        var changeBSD = feedForward.Forward(normedBSD);
        return scope.Keep(xBSD.Device.IsCuda ? afterAttentionBSD + changeBSD : FusedOperators.AddResidual(afterAttentionBSD, changeBSD));
    }
}
