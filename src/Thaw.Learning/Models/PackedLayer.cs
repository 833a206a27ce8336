using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>One layer of a <see cref="PackedDecoder"/>: six operators, each over all tokens of a pass. Shapes: see there.</summary>
internal sealed class PackedLayer : IDisposable
{
    private readonly DecoderConfig _config;
    private readonly double _epsilon;
    private readonly Tensor _queryKeyValue;
    private readonly Tensor _output;
    private readonly Tensor _gateUp;
    private readonly Tensor _down;
    private readonly Tensor? _queryKeyValueBias;
    private readonly Tensor? _outputBias;
    private readonly Tensor? _gateUpBias;
    private readonly Tensor? _downBias;
    private readonly Tensor _attentionNorm;
    private readonly Tensor? _queryNorm;
    private readonly Tensor? _keyNorm;
    private readonly Tensor _feedForwardNorm;

    public PackedLayer(DecoderConfig config, DecoderBlock block, DType dtype)
    {
        (_config, _epsilon) = (config, config.NormEpsilon);
        var (attention, feedForward) = (block.Attention, block.FeedForward);
        _queryKeyValue = Pack(dtype, isGated: false, attention.Query, attention.Key, attention.Value);
        _output = Pack(dtype, isGated: false, attention.Output);
        _gateUp = Pack(dtype, isGated: true, feedForward.Gate, feedForward.Up);
        _down = Pack(dtype, isGated: false, feedForward.Down);
        _queryKeyValueBias = Biases(attention.Query, attention.Key, attention.Value);
        _outputBias = Biases(attention.Output);
        _gateUpBias = Biases(feedForward.Gate, feedForward.Up);
        _downBias = Biases(feedForward.Down);
        _attentionNorm = Single(block.AttentionNorm.Scale);
        _queryNorm = attention.QueryNorm is { } queryNorm ? Single(queryNorm.Scale) : null;
        _keyNorm = attention.KeyNorm is { } keyNorm ? Single(keyNorm.Scale) : null;
        _feedForwardNorm = Single(block.FeedForwardNorm.Scale);
    }

    /// <param name="wanted">Where not null, only the tokens that this pass wants go on behind their keys and values.</param>
    /// <returns>[R, D], or [W, D] of the wanted ones.</returns>
    public Tensor Forward(Tensor xRD, (Tensor Keys, Tensor Values) slots, PassPlaces places, DecodingPass? wanted)
    {
        using var scope = new TensorScope();
        var h = _config.HeadWidth;
        var heads = _config.QueryHeads + (2L * _config.KeyValueHeads);
        var qkv = RowOperators.Linear(xRD, _queryKeyValue, heads * h, _queryKeyValueBias, null, _attentionNorm, _epsilon);
        var q = RowOperators.RotaryStore(
            qkv,
            _config.QueryHeads,
            _config.KeyValueHeads,
            _queryNorm,
            _keyNorm,
            _epsilon,
            places.CosPH,
            places.SinPH,
            places.Positions,
            places.Slots,
            slots.Keys,
            slots.Values);
        var (starts, lengths) = (places.Starts, places.Lengths);
        if (wanted is not null)
        {
            var indices = Tensor.FromSpan(wanted.Wanted, wanted.WantedCount);
            (xRD, q, starts, lengths) = (xRD.IndexSelect(0, indices), q.IndexSelect(0, indices), starts.IndexSelect(0, indices), lengths.IndexSelect(0, indices));
        }

        var seen = RowOperators.Attention(q, slots.Keys, slots.Values, _config.KeyValueHeads, places.Paths, starts, lengths, 1.0 / Math.Sqrt(h));
        var afterAttention = RowOperators.Linear(seen, _output, _config.Width, _outputBias, xRD);
        var opened = RowOperators.SwiGlu(afterAttention, _gateUp, _config.FeedForwardWidth, _feedForwardNorm, _epsilon, _gateUpBias);
        return scope.Keep(RowOperators.Linear(opened, _down, _config.Width, _downBias, afterAttention));
    }

    public void Dispose()
    {
        Tensor?[] owned =
        [
            _queryKeyValue, _output, _gateUp, _down, _queryKeyValueBias, _outputBias, _gateUpBias, _downBias, _attentionNorm, _queryNorm, _keyNorm, _feedForwardNorm,
        ];
        foreach (var tensor in owned)
        {
            tensor?.Dispose();
        }
    }

    private static Tensor Pack(DType dtype, bool isGated, params Linear[] parts)
    {
        using var scope = new TensorScope();
        var weight = parts.Length == 1 ? parts[0].Weight : Tensor.Cat([.. parts.Select(part => part.Weight)], dim: 0);
        return TensorScope.Release(RowOperators.Pack(weight, isGated, dtype));
    }

    private static Tensor? Biases(params Linear[] parts)
    {
        using var scope = new TensorScope();
        return parts[0].Bias is null ? null : TensorScope.Release(Tensor.Cat([.. parts.Select(part => part.Bias!.Cast(DType.Float32))], dim: 0));
    }

    // The model's own memory where it is float32 already.
    private static Tensor Single(Tensor scale) => TensorScope.Release(scale.Cast(DType.Float32));
}
