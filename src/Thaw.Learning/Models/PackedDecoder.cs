using Thaw.Torch;

namespace Thaw.Learning.Models;

// Shapes: R tokens of a pass, W wanted ones, D model width, N query heads, K key/value heads, H head width, F feed-forward width, V vocabulary.

/// <summary>A decoder on the CPU over packed copies of its weights: every token's numbers are the same bits in any pass.</summary>
/// <remarks>The copies take as much memory as the weights in the compute type. Biases and norms are the model's own.</remarks>
internal sealed class PackedDecoder : IRowDecoder
{
    private readonly Decoder _model;
    private readonly SlotPool _slots;
    private PackedLayer[] _layers = [];
    private Tensor? _head;
    private Tensor? _finalNorm;

    public PackedDecoder(Decoder model)
    {
        _model = model;
        _slots = new SlotPool(model.Config, ComputeType, Device.Cpu);
        ReloadWeights();
    }

    private DType ComputeType => _model.ComputeType == DType.BFloat16 ? DType.BFloat16 : DType.Float32;

    public void ReachSlots(long slots) => _slots.Reach(slots);

    public void ReloadWeights()
    {
        FreeWeights();
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        _layers = [.. _model.Blocks.Select(block => new PackedLayer(_model.Config, block, ComputeType))];
        _head = TensorScope.Release(RowOperators.Pack(_model.Head, isGated: false, ComputeType));
        _finalNorm = TensorScope.Release(_model.FinalNorm.Scale.Cast(DType.Float32));
    }

    public Tensor Logits(DecodingPass pass)
    {
        using var scope = new TensorScope();
        _model.Rotary.Reach(pass.Longest);
        var places = new PassPlaces(pass, _model.Rotary.Whole);
        var xRD = Embed(pass.Ids);
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            // Of the last layer only the keys and values of the others are needed.
            var wanted = layer == _layers.Length - 1 && pass.WantedCount < pass.Count ? pass : null;
            xRD = _layers[layer].Forward(xRD, _slots[layer], places, wanted);
        }

        if (pass.WantedCount == pass.Count)
        {
            xRD = xRD.IndexSelect(0, DecodingPass.OnDevice(pass.Wanted, Device.Cpu));
        }

        return scope.Keep(RowOperators.Linear(xRD, _head!, _model.Config.VocabularySize, null, null, _finalNorm, _model.Config.NormEpsilon));
    }

    public void Dispose()
    {
        FreeWeights();
        _slots.Dispose();
    }

    private Tensor Embed(ReadOnlySpan<long> ids) => _model.Embedding.Embedding(Tensor.FromSpan(ids, ids.Length)).Cast(DType.Float32);

    private void FreeWeights()
    {
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }

        _layers = [];
        _head?.Dispose();
        _finalNorm?.Dispose();
        (_head, _finalNorm) = (null, null);
    }
}

/// <summary>Where the tokens of a pass stand, as tensors that all layers share.</summary>
internal readonly struct PassPlaces(DecodingPass pass, (Tensor CosPH, Tensor SinPH) rotary)
{
    public Tensor CosPH { get; } = rotary.CosPH;

    public Tensor SinPH { get; } = rotary.SinPH;

    public Tensor Positions { get; } = Tensor.FromSpan(pass.Positions, pass.Count);

    public Tensor Slots { get; } = Tensor.FromSpan(pass.Slots, pass.Count);

    public Tensor Paths { get; } = Tensor.FromSpan(pass.Paths, pass.Paths.Length);

    public Tensor Starts { get; } = Tensor.FromSpan(pass.Starts, pass.Count);

    public Tensor Lengths { get; } = Tensor.FromSpan(pass.Lengths, pass.Count);
}
