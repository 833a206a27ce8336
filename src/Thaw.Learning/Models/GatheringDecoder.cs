using Thaw.Torch;

namespace Thaw.Learning.Models;

// Shapes: R tokens of a part, T positions, K key/value heads, H head width, W wanted tokens, V vocabulary.

/// <summary>A decoder in ATen's operators, on any device: each layer gathers the slots that the tokens see. The slow twin of <see cref="PackedDecoder"/>.</summary>
/// <remarks>
/// A pass is read in parts: tokens that follow each other on one path as one row, single tokens together as rows of one position.
/// ATen chooses its kernels by shape, so numbers may differ in the last digits with what else is in the pass.
/// </remarks>
internal sealed class GatheringDecoder(Decoder model) : IRowDecoder
{
    // Gathered keys of one layer, in numbers: 64 MiB of float32.
    private const long MostGathered = 1 << 24;

    private readonly SlotPool _slots = new(model.Config, model.ComputeType, model.Device);

    public void ReachSlots(long slots) => _slots.Reach(slots);

    /// <summary>Nothing is copied: the model's weights are read in every pass.</summary>
    public void ReloadWeights()
    {
    }

    public Tensor Logits(DecodingPass pass)
    {
        using var scope = new TensorScope();
        var hidden = new List<Tensor>();
        for (var first = 0; first < pass.Count;)
        {
            var count = CountOfRun(pass, first);
            var isRun = count > 1;
            count = isRun ? count : CountOfSingles(pass, first);
            hidden.Add(Read(pass, first, count, isRun));
            first += count;
        }

        var wanted = DecodingPass.OnDevice(pass.Wanted, model.Device);
        return scope.Keep(model.Project(Tensor.Cat([.. hidden], dim: 0).IndexSelect(0, wanted)));
    }

    public void Dispose() => _slots.Dispose();

    // Hidden states [R, D].
    private Tensor Read(DecodingPass pass, int first, int count, bool isRun)
    {
        using var scope = new TensorScope();
        var cache = new GatheredSlots(_slots, pass, first, count, isRun, model.Device);
        long[] shape = isRun ? [1, count] : [count, 1];
        var ids = DecodingPass.OnDevice(pass.Ids.Slice(first, count), model.Device).Reshape(shape);
        var positions = DecodingPass.OnDevice(pass.Positions.Slice(first, count), model.Device).Reshape(shape);
        return scope.Keep(model.Forward(ids, cache, positions, cache.Mask).Reshape(count, model.Config.Width));
    }

    private static int CountOfRun(DecodingPass pass, int first)
    {
        var count = 1;
        while (first + count < pass.Count && pass.Continues(first + count))
        {
            count++;
        }

        return count;
    }

    // Single tokens from here to the next run, as many as may be gathered at once.
    private int CountOfSingles(DecodingPass pass, int first)
    {
        var (count, longest) = (0, 0L);
        while (first + count < pass.Count && CountOfRun(pass, first + count) == 1)
        {
            longest = Math.Max(longest, pass.Lengths[first + count]);
            if (count > 0 && (count + 1) * longest * _slots.Width > MostGathered)
            {
                break;
            }

            count++;
        }

        return count;
    }
}

/// <summary>The slots that a part of a pass sees, for each layer.</summary>
internal sealed class GatheredSlots : ILayerCache
{
    private readonly SlotPool _pool;
    private readonly Tensor _own;
    private readonly Tensor _seen;
    private readonly long _rows;
    private readonly long _columns;

    public GatheredSlots(SlotPool pool, DecodingPass pass, int first, int count, bool isRun, Device device)
    {
        _pool = pool;
        _own = DecodingPass.OnDevice(pass.Slots.Slice(first, count), device);
        (_rows, Length) = (isRun ? 1 : count, 0);
        for (var token = first; token < first + count; token++)
        {
            _columns = Math.Max(_columns, pass.Lengths[token]);
        }

        Length = _columns - (isRun ? count : 1);
        var seen = new long[_rows * _columns];
        var hidden = new float[isRun ? 0 : seen.Length];
        for (var row = 0; row < _rows; row++)
        {
            var token = isRun ? first + count - 1 : first + row;
            var length = (int)pass.Lengths[token];
            pass.Paths.Slice((int)pass.Starts[token], length).CopyTo(seen.AsSpan(row * (int)_columns));
            if (!isRun)
            {
                hidden.AsSpan((row * (int)_columns) + length, (int)_columns - length).Fill(float.NegativeInfinity);
            }
        }

        _seen = DecodingPass.OnDevice(seen, device);
        Mask = isRun ? null : Tensor.FromSpan(hidden, _rows, 1, _columns).To(device, DType.Float32);
    }

    public long Length { get; }

    /// <summary>[R, 1, T] for single tokens: what is behind a row's own path is hidden. Null, which is causal, for a run.</summary>
    public Tensor? Mask { get; }

    public (Tensor KeysBKTH, Tensor ValuesBKTH) Append(int layer, Tensor keysBKTH, Tensor valuesBKTH)
    {
        using var scope = new TensorScope();
        var (keys, values) = _pool[layer];
        return (scope.Keep(Replace(keys, keysBKTH)), scope.Keep(Replace(values, valuesBKTH)));
    }

    private Tensor Replace(Tensor slots, Tensor newBKTH)
    {
        var (heads, width) = (newBKTH.Shape[1], newBKTH.Shape[3]);
        slots.CopyAt(0, _own, newBKTH.Transpose(1, 2).Reshape(_own.Shape[0], _pool.Width).Cast(_pool.DType));
        return slots.IndexSelect(0, _seen).Reshape(_rows, _columns, heads, width).Transpose(1, 2);
    }
}
