using Thaw.Learning.Generation;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Generation;

/// <summary>The key/value cache, padding and shared beginnings of a batch against one whole row at a time.</summary>
public sealed class DecodingBatchTests
{
    // Log-probabilities of float32 computed by another order of sums.
    private const double Tolerance = 1e-4;

    public static TheoryData<int[]> Lengths => new([5], [5, 5], [3, 9, 6], [1, 4]);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Append_TokenByToken_GivesTheLogProbabilitiesOfWholeRows(int[] lengths) =>
        AssertLikeWholeRows([.. lengths.Select((length, row) => TinyModels.Ids($"prompt {row}", length))]);

    [Fact]
    public void Append_PromptsThatBeginAlike_GivesTheLogProbabilitiesOfWholeRows()
    {
        var shared = TinyModels.Ids("shared", 6);
        AssertLikeWholeRows([[.. shared, 1, 2], shared, [.. shared, 1], [.. shared, 3, 4, 5]]);
    }

    [Fact]
    public void KeepRows_SomeOfTheBatch_GoesOnWithThem()
    {
        using var model = TinyModels.Fresh();
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        int[][] prompts = [TinyModels.Ids("a", 7), TinyModels.Ids("b", 3), TinyModels.Ids("c", 5)];
        using var batch = new DecodingBatch(model, prompts);
        batch.Prefill(prompts);
        batch.Append([1, 2, 3]);
        batch.KeepRows([1, 2]);

        AssertLogProbabilities(model, [[.. prompts[1], 2, 4], [.. prompts[2], 3, 5]], batch.Append([4, 5]));
    }

    private static void AssertLikeWholeRows(int[][] rows)
    {
        using var model = TinyModels.Fresh();
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        using var batch = new DecodingBatch(model, rows);
        AssertLogProbabilities(model, rows, batch.Prefill(rows));
        for (var step = 0; step < 3; step++)
        {
            int[] next = [.. rows.Select((_, row) => (7 * step) + row)];
            rows = [.. rows.Zip(next, (row, token) => (int[])[.. row, token])];
            AssertLogProbabilities(model, rows, batch.Append(next));
        }
    }

    private static void AssertLogProbabilities(Thaw.Learning.Models.Decoder model, int[][] rows, Tensor logitsBV)
    {
        var actual = logitsBV.LogSoftmax(-1);
        for (var row = 0; row < rows.Length; row++)
        {
            var whole = model.Project(model.Forward(TinyModels.Matrix(rows[row]))).Select(0, 0).Select(0, rows[row].Length - 1).LogSoftmax(-1).ToDoubles();
            var worst = whole.Zip(actual.Select(0, row).ToDoubles(), (a, b) => Math.Abs(a - b)).Max();
            Assert.InRange(worst, 0, Tolerance);
        }
    }
}
