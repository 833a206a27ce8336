namespace Thaw.Torch.Tests;

/// <summary>The fused operators as their formulas say, in double precision and nested loops.</summary>
internal static class FusedDefinitions
{
    /// <summary>Root-mean-square normalisation (arXiv:1910.07467, eq. 4) of rows as wide as <paramref name="scale"/>.</summary>
    public static double[] RmsNorm(double[] x, double[] scale, double epsilon)
    {
        var (width, y) = (scale.Length, new double[x.Length]);
        for (var row = 0; row < x.Length; row += width)
        {
            var sum = 0.0;
            for (var i = 0; i < width; i++)
            {
                sum += x[row + i] * x[row + i];
            }

            for (var i = 0; i < width; i++)
            {
                y[row + i] = x[row + i] / Math.Sqrt((sum / width) + epsilon) * scale[i];
            }
        }

        return y;
    }

    /// <summary>Half-split rotation (arXiv:2104.09864) of [B, S, N, H] by angles [B, S, H / 2], laid out as [B, N, S, H].</summary>
    public static double[] HeadRotary(double[] x, double[]? scale, double epsilon, double[] angles, int b, int s, int n, int h)
    {
        var normed = scale is null ? x : RmsNorm(x, scale, epsilon);
        var y = new double[x.Length];
        for (var row = 0; row < b; row++)
        {
            for (var place = 0; place < s; place++)
            {
                for (var head = 0; head < n; head++)
                {
                    var (from, to) = (((((row * s) + place) * n) + head) * h, ((((row * n) + head) * s) + place) * h);
                    for (var i = 0; i < h / 2; i++)
                    {
                        var angle = angles[(((row * s) + place) * h / 2) + i];
                        var (first, second) = (normed[from + i], normed[from + i + (h / 2)]);
                        y[to + i] = (first * Math.Cos(angle)) - (second * Math.Sin(angle));
                        y[to + i + (h / 2)] = (second * Math.Cos(angle)) + (first * Math.Sin(angle));
                    }
                }
            }
        }

        return y;
    }

    public static double[] SwiGlu(double[] gate, double[] up) => [.. gate.Zip(up, (g, u) => g / (1.0 + Math.Exp(-g)) * u)];

    /// <summary>Softmax of rows of <paramref name="t"/> scaled scores over the columns that <paramref name="sees"/> names; the rest is 0.</summary>
    public static double[] Softmax(double[] scores, double scale, int t, Func<int, int, bool> sees)
    {
        var y = new double[scores.Length];
        for (var row = 0; row < scores.Length / t; row++)
        {
            var seen = Enumerable.Range(0, t).Where(column => sees(row, column)).ToList();
            var sum = seen.Sum(column => Math.Exp(scores[(row * t) + column] * scale));
            foreach (var column in seen)
            {
                y[(row * t) + column] = Math.Exp(scores[(row * t) + column] * scale) / sum;
            }
        }

        return y;
    }

    /// <summary>Attention [B, W, N, H] of queries [B, N, W, H] over keys and values [B, K, S, H]: each sees its own column and that column's ancestors.</summary>
    /// <param name="positions">[B, S]: a column's parent is the last one before it at the position before its own.</param>
    /// <param name="places">[B, W]: the columns of the queries; none is each its own.</param>
    public static double[] TreeAttention(double[] q, double[] k, double[] v, long[] positions, long[] places, double scale, int b, int n, int heads, int h)
    {
        var s = positions.Length / b;
        var w = places.Length > 0 ? places.Length / b : s;
        var y = new double[q.Length];
        for (var row = 0; row < b; row++)
        {
            for (var query = 0; query < w; query++)
            {
                var seen = PathTo(positions.AsSpan(row * s, s), places.Length > 0 ? (int)places[(row * w) + query] : query);
                for (var head = 0; head < n; head++)
                {
                    var keyHead = ((row * heads) + (head * heads / n)) * s;
                    var at = ((((row * n) + head) * w) + query) * h;
                    var weights = seen.ConvertAll(column => Math.Exp(scale * Enumerable.Range(0, h).Sum(i => q[at + i] * k[((keyHead + column) * h) + i])));
                    for (var i = 0; i < h; i++)
                    {
                        y[((((row * w) + query) * n) + head) * h + i] = seen.Zip(weights, (column, weight) => weight * v[((keyHead + column) * h) + i]).Sum() / weights.Sum();
                    }
                }
            }
        }

        return y;
    }

    private static List<int> PathTo(ReadOnlySpan<long> positions, int column)
    {
        List<int> path = [column];
        for (var other = column - 1; other >= 0; other--)
        {
            if (positions[other] == positions[path[^1]] - 1)
            {
                path.Add(other);
            }
        }

        return path;
    }
}
