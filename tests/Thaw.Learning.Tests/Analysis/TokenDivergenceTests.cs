using Thaw.Learning.Analysis;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Analysis;

public sealed class TokenDivergenceTests
{
    // 21 rows, more than are computed at once, of mixed lengths and with scored parts of mixed sizes.
    private static readonly ScoredText[] s_rows = [.. Enumerable.Range(0, 21).Select(i => new ScoredText(TinyModels.Ids($"row {i}", 4 + (i * 7 % 11)), 1 + (i % 3)))];

    [Fact]
    public void Of_TheSameModel_IsExactlyZero()
    {
        using var model = TinyModels.Fresh();

        Assert.All(Of(model, model), row => Assert.Equal((0.0, 0.0), (row.Forward, row.Reverse)));
    }

    [Fact]
    public void Of_TwoModels_IsThatOfPlainLoops()
    {
        using var model = TinyModels.Fresh(1);
        using var origin = TinyModels.Fresh(2);

        var rows = Of(model, origin);

        for (var i = 0; i < s_rows.Length; i++)
        {
            var (forward, reverse) = Slowly(model, origin, s_rows[i]);

            // Logits of float32 through two layers, computed beside other rows; sums over at most 14 places.
            Assert.Equal(s_rows[i].Count, rows[i].Tokens);
            Assert.Equal(forward, rows[i].Forward, 1e-4 * forward);
            Assert.Equal(reverse, rows[i].Reverse, 1e-4 * reverse);
        }

        Assert.True(rows.Sum(row => Math.Abs(row.Forward - row.Reverse)) > 0.1, "The test cannot tell the directions apart.");
    }

    [Fact]
    public void Of_AnyModels_LeavesNoTensors()
    {
        using var model = TinyModels.Fresh();

        LiveTensors.AreNotLeftBy(() => Of(model, model));
    }

    private static IReadOnlyList<RowDivergence> Of(Decoder model, Decoder origin) => TokenDivergence.Of(model, origin, s_rows, _ => { }, default);

    private static (double Forward, double Reverse) Slowly(Decoder model, Decoder origin, ScoredText row)
    {
        var (log, other) = (Log(model, row.Ids), Log(origin, row.Ids));
        var (forward, reverse) = (0.0, 0.0);
        for (var place = row.First - 1; place < row.Ids.Length - 1; place++)
        {
            for (var v = 0; v < TinyModels.Vocabulary; v++)
            {
                forward += Math.Exp(other[place][v]) * (other[place][v] - log[place][v]);
                reverse += Math.Exp(log[place][v]) * (log[place][v] - other[place][v]);
            }
        }

        return (forward, reverse);
    }

    private static double[][] Log(Decoder model, int[] ids)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var logits = model.Project(model.Forward(TinyModels.Matrix(ids))).ToDoubles().Chunk(TinyModels.Vocabulary);
        return [.. logits.Select(z => z.Select(x => x - Math.Log(z.Sum(Math.Exp))).ToArray())];
    }
}
