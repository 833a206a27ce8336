using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>The joint L2 norm of many tensors.</summary>
internal static class GradientNorm
{
    private static readonly AtenOperator s_norm = AtenOperator.Find("_foreach_norm", "Scalar");
    private static readonly AtenOperator s_stack = AtenOperator.Find("stack");

    public static double Of(Tensor[] tensors)
    {
        using var scope = new TensorScope();
        var norms = s_stack.Call(s_norm.CallList(tensors.Length, tensors), 0);
        return Math.Sqrt(norms.Cast(DType.Float64).Square().Sum().Item());
    }
}
