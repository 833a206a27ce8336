namespace Thaw.Torch;

public sealed partial class Tensor
{
    private static readonly AtenOperator s_reshape = AtenOperator.Find("reshape");
    private static readonly AtenOperator s_transpose = AtenOperator.Find("transpose", "int");
    private static readonly AtenOperator s_narrow = AtenOperator.Find("narrow");
    private static readonly AtenOperator s_select = AtenOperator.Find("select", "int");
    private static readonly AtenOperator s_unsqueeze = AtenOperator.Find("unsqueeze");
    private static readonly AtenOperator s_expand = AtenOperator.Find("expand");
    private static readonly AtenOperator s_cat = AtenOperator.Find("cat");
    private static readonly AtenOperator s_split = AtenOperator.Find("split_with_sizes");
    private static readonly AtenOperator s_embedding = AtenOperator.Find("embedding");
    private static readonly AtenOperator s_indexSelect = AtenOperator.Find("index_select");
    private static readonly AtenOperator s_indexAdd = AtenOperator.Find("index_add");
    private static readonly AtenOperator s_gather = AtenOperator.Find("gather");
    private static readonly AtenOperator s_indexCopyInPlace = AtenOperator.Find("index_copy_");
    private static readonly AtenOperator s_triu = AtenOperator.Find("triu");

    public Tensor Reshape(params long[] shape) => s_reshape.Call(this, shape);

    public Tensor Transpose(int a, int b) => s_transpose.Call(this, a, b);

    /// <summary><paramref name="length"/> slices of dimension <paramref name="dim"/> from <paramref name="start"/> on; a view.</summary>
    public Tensor Narrow(int dim, long start, long length) => s_narrow.Call(this, dim, start, length);

    /// <summary>Slice <paramref name="index"/> of dimension <paramref name="dim"/>, which disappears; a view.</summary>
    public Tensor Select(int dim, long index) => s_select.Call(this, dim, index);

    public Tensor Unsqueeze(int dim) => s_unsqueeze.Call(this, dim);

    /// <summary>Dimensions of size 1 repeated without copying; -1 leaves a size as it is.</summary>
    public Tensor Expand(params long[] shape) => s_expand.Call(this, shape);

    public static Tensor Cat(Tensor[] tensors, int dim) => s_cat.Call(tensors, dim);

    public Tensor[] Split(long[] sizes, int dim) => s_split.CallList(sizes.Length, this, sizes, dim);

    /// <summary>Rows of this table [V, D] for ids of any shape: [..., D].</summary>
    public Tensor Embedding(Tensor ids) => s_embedding.Call(this, ids);

    /// <summary>The slices of <paramref name="dim"/> that the int64 vector <paramref name="indices"/> names.</summary>
    public Tensor IndexSelect(int dim, Tensor indices) => s_indexSelect.Call(this, dim, indices);

    /// <summary>This, with each slice of <paramref name="source"/> added at the place of <paramref name="dim"/> that the int64 vector names.</summary>
    public Tensor IndexAdd(int dim, Tensor indices, Tensor source) => s_indexAdd.Call(this, dim, indices, source);

    /// <summary>Overwrites the slices of <paramref name="dim"/> that the int64 vector <paramref name="indices"/> names.</summary>
    public Tensor CopyAt(int dim, Tensor indices, Tensor slices)
    {
        s_indexCopyInPlace.Run(this, dim, indices, slices);
        return this;
    }

    public Tensor Gather(int dim, Tensor indices) => s_gather.Call(this, dim, indices);

    /// <summary>Keeps the part on and above the given diagonal of the last two dimensions.</summary>
    public Tensor UpperTriangle(int diagonal) => s_triu.Call(this, diagonal);
}
