using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Which columns of each row of a batch continue which: a row is a forest of tokens in preorder, and a token sees those it continues, and itself.</summary>
/// <param name="PositionsBS">
/// Int64: each token's place in its own sequence. One more than that of the column before continues it; anything else begins a branch
/// behind the token that was last at the position before, and 0 a tree of its own.
/// </param>
/// <param name="EndsBS">Int64: the first column behind all that continue a token.</param>
/// <param name="Depth">Tokens of the longest sequence.</param>
public sealed record TokenTree(Tensor PositionsBS, Tensor EndsBS, long Depth)
{
    /// <param name="positions">Row by row, <paramref name="rows"/> times equally many.</param>
    /// <exception cref="ArgumentException">They are no forest in preorder.</exception>
    public static TokenTree Of(long[] positions, int rows, Device device)
    {
        var length = positions.Length / rows;
        var ends = new long[positions.Length];
        var path = new List<int>();
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < length; column++)
            {
                var position = positions[(row * length) + column];
                if (position < 0 || position > path.Count)
                {
                    throw new ArgumentException($"Position {position} in column {column} of row {row} follows no token at the position before.", nameof(positions));
                }

                Leave((int)position, column);
                path.Add((row * length) + column);
            }

            Leave(0, length);
        }

        return new TokenTree(Matrix(positions), Matrix(ends), positions.Max() + 1);

        void Leave(int depth, int column)
        {
            foreach (var place in path[depth..])
            {
                ends[place] = column;
            }

            path.RemoveRange(depth, path.Count - depth);
        }

        Tensor Matrix(long[] values) => Tensor.FromSpan(values, rows, length).To(device, DType.Int64);
    }
}
