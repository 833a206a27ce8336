using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Generation;

// Shapes: B rows still open, T columns of the cache, V vocabulary.

/// <summary>Prompts of different length that are continued together, one token a row at a time, on a key/value cache.</summary>
/// <remarks>
/// The tokens with which all prompts begin are computed once. The rests stand in columns padded on the right; the columns that are
/// padding for a row are hidden from its later tokens, and every token has its own row's position, so a row's numbers are those
/// that it has alone.
/// </remarks>
internal sealed class DecodingBatch : IDisposable
{
    private readonly Decoder _model;
    private readonly KeyValueCache _cache;
    private readonly int _shared;
    private readonly int _padded;
    private int[] _lengths;
    private int _generated;

    /// <param name="prompts">Token ids, none empty.</param>
    public DecodingBatch(Decoder model, IReadOnlyList<int[]> prompts)
    {
        _model = model;
        _cache = new KeyValueCache(model.Config.Layers);
        _lengths = [.. prompts.Select(p => p.Length)];
        _shared = prompts.Skip(1).Aggregate(_lengths.Min() - 1, (shared, p) => prompts[0].AsSpan(0, shared).CommonPrefixLength(p));
        _padded = _lengths.Max();
    }

    /// <summary>Reads the prompts.</summary>
    /// <returns>Logits [B, V] of the token after each prompt; the caller's scope owns them.</returns>
    public Tensor Prefill(IReadOnlyList<int[]> prompts)
    {
        using var scope = new TensorScope();
        if (_shared > 0)
        {
            _model.Forward(Ids(prompts[0].AsSpan(0, _shared), 1, _shared), _cache);
        }

        var width = _padded - _shared;
        var ids = new int[prompts.Count * width];
        for (var row = 0; row < prompts.Count; row++)
        {
            prompts[row].AsSpan(_shared).CopyTo(ids.AsSpan(row * width));
        }

        var last = _lengths.Select(length => (long)length - _shared - 1).ToArray();
        return scope.Keep(_model.Project(_model.Forward(Ids(ids, prompts.Count, width), _cache, wanted: last).Select(1, 0)));
    }

    /// <summary>Appends one token to every open row.</summary>
    /// <returns>Logits [B, V] of the token after it.</returns>
    public Tensor Append(IReadOnlyList<int> tokens)
    {
        using var scope = new TensorScope();
        var positions = Longs([.. _lengths.Select(length => (long)length + _generated)]).Unsqueeze(1);
        _generated++;
        var hiddenB1D = _model.Forward(Ids([.. tokens], tokens.Count, 1), _cache, positions, PaddingMask());
        return scope.Keep(_model.Project(hiddenB1D.Select(1, 0)));
    }

    /// <summary>Drops all rows but those that <paramref name="rows"/> names.</summary>
    public void KeepRows(IReadOnlyList<int> rows)
    {
        using var scope = new TensorScope();
        _cache.KeepRows(Longs([.. rows.Select(row => (long)row)]));
        _lengths = [.. rows.Select(row => _lengths[row])];
    }

    public void Dispose() => _cache.Dispose();

    // [B, 1, T]; null where all prompts are of one length.
    private Tensor? PaddingMask()
    {
        if (_lengths.All(length => length == _padded))
        {
            return null;
        }

        var columns = _padded + _generated;
        var mask = new float[_lengths.Length * columns];
        for (var row = 0; row < _lengths.Length; row++)
        {
            mask.AsSpan((row * columns) + _lengths[row], _padded - _lengths[row]).Fill(float.NegativeInfinity);
        }

        return Tensor.FromSpan(mask, _lengths.Length, 1, columns).To(_model.Device, DType.Float32);
    }

    private Tensor Ids(ReadOnlySpan<int> ids, int rows, int columns)
    {
        var wide = new long[ids.Length];
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = ids[i];
        }

        return Tensor.FromSpan(wide, rows, columns).To(_model.Device, DType.Int64);
    }

    private Tensor Longs(long[] values) => Tensor.FromSpan(values, values.Length).To(_model.Device, DType.Int64);
}
