using Thaw.Core.Randomness;
using Thaw.Learning.Randomness;
using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>Uniform noise within ± alpha / √(L · D) on every element of the embeddings of one training step (NEFTune, arXiv:2310.05914).</summary>
/// <remarks>
/// L is the longest sequence of the step: the length that all rows would be padded to in one batch, as TRL counts it. The noise of a
/// token is a hash of run, step and the tokens of its sequence up to it: the same however rows are cut into batches, also where they
/// share a beginning, whose noise they share then, and the same after resuming.
/// </remarks>
internal sealed class EmbeddingNoise(double alpha, ulong seed, int step, int longest)
{
    private const uint ElementStride = 0x9E3779B9;

    private readonly ulong _start = SplitMix64.SeedOf(seed, $"neftune/{step}");

    /// <summary>[B, S, D], float32.</summary>
    public Tensor Of(TokenBatch batch, int width, Device device)
    {
        var keys = new uint[batch.Ids.Length];

        // The keys of the path to the last token; what is left of it where a branch begins is kept.
        var path = new ulong[batch.LongestSequence];
        for (var place = 0; place < keys.Length; place++)
        {
            var position = (int)(batch.Positions is { } positions ? positions[place] : place % batch.Length);
            path[position] = Next(position > 0 ? path[position - 1] : _start, batch.Ids[place]);
            keys[place] = Narrow(path[position]);
        }

        return Values(keys, batch.Rows, width, device);
    }

    private Tensor Values(uint[] keys, long rows, int width, Device device)
    {
        var scale = alpha / Math.Sqrt((double)longest * width);
        return device.IsCuda ? Plain(keys, rows, width, scale, device) : Fast(keys, rows, width, scale);
    }

    internal static Tensor Fast(uint[] keys, long rows, int width, double scale)
    {
        var values = new float[keys.Length * width];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(((BitMixer.Hash(unchecked((uint)(i % width) * ElementStride) ^ keys[i / width]) * (2.0 / 4294967296.0)) - 1.0) * scale);
        }

        return Tensor.FromSpan(values, rows, keys.Length / rows, width);
    }

    /// <summary>The same in ATen's operators, for other devices.</summary>
    internal static Tensor Plain(uint[] keys, long rows, int width, double scale, Device device)
    {
        using var scope = new TensorScope();
        var elements = Tensor.FromSpan([.. Enumerable.Range(0, width).Select(i => (long)unchecked((uint)i * ElementStride))], 1, width).To(device, DType.Int64);
        var places = Tensor.FromSpan([.. keys.Select(key => (long)key)], keys.Length, 1).To(device, DType.Int64);
        var hash = BitMixer.Hash(BitMixer.Xor(elements, places), 0);
        return scope.Keep((((hash.Cast(DType.Float64) * (2.0 / 4294967296.0)) + -1.0) * scale).Cast(DType.Float32).Reshape(rows, keys.Length / rows, width));
    }

    private static ulong Next(ulong key, long token) => new SplitMix64(key ^ unchecked((ulong)token * 0xD1342543DE82EF95UL)).NextUInt64();

    private static uint Narrow(ulong key) => (uint)(key >> 32);
}
