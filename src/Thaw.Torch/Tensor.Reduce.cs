namespace Thaw.Torch;

public sealed partial class Tensor
{
    private static readonly AtenOperator s_sum = AtenOperator.Find("sum");
    private static readonly AtenOperator s_sumDims = AtenOperator.Find("sum", "dim_IntList");
    private static readonly AtenOperator s_meanDims = AtenOperator.Find("mean", "dim");
    private static readonly AtenOperator s_amax = AtenOperator.Find("amax");
    private static readonly AtenOperator s_absolute = AtenOperator.Find("abs");
    private static readonly AtenOperator s_argmax = AtenOperator.Find("argmax");
    private static readonly AtenOperator s_softmax = AtenOperator.Find("softmax", "int");
    private static readonly AtenOperator s_logSoftmax = AtenOperator.Find("log_softmax", "int");
    private static readonly AtenOperator s_sort = AtenOperator.Find("sort", "stable");
    private static readonly AtenOperator s_topk = AtenOperator.Find("topk");
    private static readonly AtenOperator s_cumsum = AtenOperator.Find("cumsum");
    private static readonly AtenOperator s_crossEntropy = AtenOperator.Find("cross_entropy_loss");

    public Tensor Sum() => s_sum.Call(this);

    public Tensor Sum(int dim, bool keepDim = false) => s_sumDims.Call(this, new long[] { dim }, keepDim);

    public Tensor Mean(int dim, bool keepDim = false) => s_meanDims.Call(this, new long[] { dim }, keepDim);

    public Tensor Max(int dim) => s_amax.Call(this, new long[] { dim });

    public Tensor Abs() => s_absolute.Call(this);

    /// <summary>Index of the greatest value along <paramref name="dim"/>; the first among equals on the CPU.</summary>
    public Tensor ArgMax(int dim) => s_argmax.Call(this, dim);

    public Tensor Softmax(int dim) => s_softmax.Call(this, dim);

    public Tensor LogSoftmax(int dim) => s_logSoftmax.Call(this, dim);

    /// <summary>Values and their indices along <paramref name="dim"/>, greatest first, equals in their old order.</summary>
    public (Tensor Values, Tensor Indices) SortDescending(int dim)
    {
        var sorted = s_sort.CallList(2, this, true, dim, true);
        return (sorted[0], sorted[1]);
    }

    /// <summary>The <paramref name="count"/> greatest values along <paramref name="dim"/>, greatest first.</summary>
    public Tensor TopValues(long count, int dim)
    {
        var top = s_topk.CallList(2, this, count, dim);
        top[1].Dispose();
        return top[0];
    }

    public Tensor CumulativeSum(int dim) => s_cumsum.Call(this, dim);

    /// <summary>Sum over rows of the negative log-probability of <paramref name="targets"/>, int64 [N], under these logits [N, V].</summary>
    public Tensor CrossEntropySum(Tensor targets) => s_crossEntropy.Call(this, targets, Argument.None, SumReduction);

    /// <summary>libtorch's <c>Reduction::Sum</c>.</summary>
    private const int SumReduction = 2;
}
