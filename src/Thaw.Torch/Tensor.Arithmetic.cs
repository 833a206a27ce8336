namespace Thaw.Torch;

public sealed partial class Tensor
{
    private static readonly AtenOperator s_add = AtenOperator.Find("add", "Tensor");
    private static readonly AtenOperator s_addScalar = AtenOperator.Find("add", "Scalar");
    private static readonly AtenOperator s_sub = AtenOperator.Find("sub", "Tensor");
    private static readonly AtenOperator s_mul = AtenOperator.Find("mul", "Tensor");
    private static readonly AtenOperator s_mulScalar = AtenOperator.Find("mul", "Scalar");
    private static readonly AtenOperator s_div = AtenOperator.Find("div", "Tensor");
    private static readonly AtenOperator s_divScalar = AtenOperator.Find("div", "Scalar");
    private static readonly AtenOperator s_neg = AtenOperator.Find("neg");
    private static readonly AtenOperator s_exp = AtenOperator.Find("exp");
    private static readonly AtenOperator s_log = AtenOperator.Find("log");
    private static readonly AtenOperator s_rsqrt = AtenOperator.Find("rsqrt");
    private static readonly AtenOperator s_square = AtenOperator.Find("square");
    private static readonly AtenOperator s_sigmoid = AtenOperator.Find("sigmoid");
    private static readonly AtenOperator s_power = AtenOperator.Find("pow", "Tensor_Scalar");
    private static readonly AtenOperator s_clamp = AtenOperator.Find("clamp");
    private static readonly AtenOperator s_minimum = AtenOperator.Find("minimum");
    private static readonly AtenOperator s_silu = AtenOperator.Find("silu");
    private static readonly AtenOperator s_linear = AtenOperator.Find("linear");
    private static readonly AtenOperator s_matmul = AtenOperator.Find("matmul");
    private static readonly AtenOperator s_baddbmm = AtenOperator.Find("baddbmm");
    private static readonly AtenOperator s_maskedFill = AtenOperator.Find("masked_fill", "Scalar");
    private static readonly AtenOperator s_where = AtenOperator.Find("where", "self");
    private static readonly AtenOperator s_less = AtenOperator.Find("lt", "Scalar");
    private static readonly AtenOperator s_lessTensor = AtenOperator.Find("lt", "Tensor");
    private static readonly AtenOperator s_greaterTensor = AtenOperator.Find("gt", "Tensor");
    private static readonly AtenOperator s_and = AtenOperator.Find("logical_and");
    private static readonly AtenOperator s_addInPlace = AtenOperator.Find("add_", "Tensor");
    private static readonly AtenOperator s_mulInPlace = AtenOperator.Find("mul_", "Scalar");
    private static readonly AtenOperator s_copyInPlace = AtenOperator.Find("copy_");
    private static readonly AtenOperator s_zeroInPlace = AtenOperator.Find("zero_");

    public static Tensor operator +(Tensor a, Tensor b) => s_add.Call(a, b);

    public static Tensor operator +(Tensor a, double b) => s_addScalar.Call(a, b);

    public static Tensor operator -(Tensor a, Tensor b) => s_sub.Call(a, b);

    public static Tensor operator -(Tensor a) => s_neg.Call(a);

    public static Tensor operator *(Tensor a, Tensor b) => s_mul.Call(a, b);

    public static Tensor operator *(Tensor a, double b) => s_mulScalar.Call(a, b);

    public static Tensor operator /(Tensor a, Tensor b) => s_div.Call(a, b);

    public static Tensor operator /(Tensor a, double b) => s_divScalar.Call(a, b);

    public Tensor Exp() => s_exp.Call(this);

    public Tensor Log() => s_log.Call(this);

    public Tensor Rsqrt() => s_rsqrt.Call(this);

    public Tensor Square() => s_square.Call(this);

    public Tensor Sigmoid() => s_sigmoid.Call(this);

    public Tensor Power(double exponent) => s_power.Call(this, exponent);

    /// <summary>Every element moved to the nearest value within the bounds; outside them the gradient is 0.</summary>
    public Tensor Clamp(double least, double most) => s_clamp.Call(this, least, most);

    /// <summary>The lesser of the two at each place; between equals the gradient is halved.</summary>
    public Tensor Minimum(Tensor other) => s_minimum.Call(this, other);

    public Tensor Silu() => s_silu.Call(this);

    /// <summary><c>x Wᵀ + b</c> over the last dimension; <paramref name="weight"/> is [out, in].</summary>
    public Tensor Linear(Tensor weight, Tensor? bias = null) => s_linear.Call(this, weight, bias);

    public Tensor MatMul(Tensor other) => s_matmul.Call(this, other);

    /// <summary><c>beta * this + alpha * (a @ b)</c> for batches of matrices; this tensor may be broadcast.</summary>
    public Tensor AddBatchMatMul(Tensor a, Tensor b, double beta, double alpha) => s_baddbmm.Call(this, a, b, beta, alpha);

    /// <summary><paramref name="value"/> where <paramref name="mask"/> is true.</summary>
    public Tensor MaskedFill(Tensor mask, double value) => s_maskedFill.Call(this, mask, value);

    public static Tensor Where(Tensor condition, Tensor yes, Tensor no) => s_where.Call(condition, yes, no);

    public Tensor Less(double bound) => s_less.Call(this, bound);

    public Tensor Less(Tensor other) => s_lessTensor.Call(this, other);

    public Tensor Greater(Tensor other) => s_greaterTensor.Call(this, other);

    public Tensor And(Tensor other) => s_and.Call(this, other);

    public void AddInPlace(Tensor other, double factor = 1.0) => s_addInPlace.Run(this, other, factor);

    public void MultiplyInPlace(double factor) => s_mulInPlace.Run(this, factor);

    /// <summary>Overwrites with the values of <paramref name="source"/>, whatever its element type and device.</summary>
    public void CopyFrom(Tensor source) => s_copyInPlace.Run(this, source);

    public void FillZero() => s_zeroInPlace.Run(this);
}
