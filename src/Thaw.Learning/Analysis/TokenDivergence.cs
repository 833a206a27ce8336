using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Analysis;

// Shapes: B rows, S places, W places of a row that are compared, N compared places of a slice, D model width, V vocabulary.

/// <summary>The divergence between two models over the whole vocabulary, at the places of given texts.</summary>
/// <remarks>Both models read the same tokens; nothing is sampled here. Sums are of float64, so the divergence of a model from itself is exactly 0.</remarks>
internal static class TokenDivergence
{
    private const int RowsAtOnce = 16;

    // Numbers that exist at once: 32 MiB in float64 for each of two models.
    private const long MostLogits = 1L << 22;

    /// <returns>One for each row, in their order.</returns>
    public static IReadOnlyList<RowDivergence> Of(Decoder model, Decoder origin, IReadOnlyList<ScoredText> rows, Action<int> report, CancellationToken cancellation)
    {
        using var noGrad = new NoGradScope();
        var results = new RowDivergence[rows.Count];

        // By length, so that little is padding.
        var done = 0;
        foreach (var part in Enumerable.Range(0, rows.Count).OrderBy(row => rows[row].Ids.Length).Chunk(RowsAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var (row, result) in part.Zip(Compare(model, origin, [.. part.Select(row => rows[row])])))
            {
                results[row] = result;
            }

            report(done += part.Length);
        }

        return results;
    }

    private static RowDivergence[] Compare(Decoder model, Decoder origin, ScoredText[] rows)
    {
        using var scope = new TensorScope();
        var (length, width) = (rows.Max(row => row.Ids.Length), rows.Max(row => row.Count));
        var ids = new long[rows.Length * length];
        var wanted = new long[rows.Length * width];
        var (spots, owners) = (new List<long>(), new List<int>());
        for (var row = 0; row < rows.Length; row++)
        {
            for (var place = 0; place < rows[row].Ids.Length; place++)
            {
                ids[(row * length) + place] = rows[row].Ids[place];
            }

            // The place before a token predicts it.
            for (var i = 0; i < rows[row].Count; i++)
            {
                wanted[(row * width) + i] = rows[row].First + i - 1;
                spots.Add((row * width) + i);
                owners.Add(row);
            }
        }

        var (modelND, originND) = (Hidden(model), Hidden(origin));
        var (forward, reverse) = (new double[rows.Length], new double[rows.Length]);
        var slice = (int)Math.Max(1, MostLogits / model.Config.VocabularySize);
        for (var start = 0; start < owners.Count; start += slice)
        {
            using var inner = new TensorScope();
            var count = Math.Min(slice, owners.Count - start);
            var (log, other) = (LogOf(model, modelND), LogOf(origin, originND));
            var gap = other - log;
            Add(forward, (other.Exp() * gap).Sum(-1).ToDoubles());
            Add(reverse, (log.Exp() * -gap).Sum(-1).ToDoubles());

            Tensor LogOf(Decoder decoder, Tensor hiddenND) => decoder.Project(hiddenND.Narrow(0, start, count)).Cast(DType.Float64).LogSoftmax(-1);

            void Add(double[] sums, double[] values)
            {
                for (var n = 0; n < count; n++)
                {
                    sums[owners[start + n]] += values[n];
                }
            }
        }

        return [.. rows.Select((row, i) => new RowDivergence(row.Count, forward[i], reverse[i]))];

        Tensor Hidden(Decoder decoder)
        {
            using var part = new TensorScope();
            var idsBS = Tensor.FromSpan(ids, rows.Length, length).To(decoder.Device, DType.Int64);
            var hiddenBWD = decoder.Forward(idsBS, wanted: wanted);
            var spotsN = Tensor.FromSpan([.. spots], spots.Count).To(decoder.Device, DType.Int64);
            return part.Keep(hiddenBWD.Reshape(rows.Length * width, decoder.Config.Width).IndexSelect(0, spotsN));
        }
    }
}

/// <param name="First">The first token at which models are compared, at least 1: what predicts it is the place before.</param>
internal sealed record ScoredText(int[] Ids, int First)
{
    /// <summary>Places that are compared.</summary>
    public int Count => Ids.Length - First;
}

/// <summary>Sums over the compared places of a text, nats.</summary>
/// <param name="Forward">KL(base ‖ model).</param>
/// <param name="Reverse">KL(model ‖ base).</param>
internal readonly record struct RowDivergence(int Tokens, double Forward, double Reverse);
