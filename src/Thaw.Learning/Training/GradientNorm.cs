using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>The joint L2 norm of many tensors.</summary>
internal static class GradientNorm
{
    private static readonly AtenOperator s_norm = AtenOperator.Find("_foreach_norm", "Scalar");
    private static readonly AtenOperator s_scale = AtenOperator.Find("_foreach_mul_", "Scalar");
    private static readonly AtenOperator s_stack = AtenOperator.Find("stack");

    /// <summary>Scales the tensors in place so that their joint norm is at most <paramref name="maxNorm"/>; 0 only measures.</summary>
    /// <returns>The norm before scaling.</returns>
    public static double Clip(Tensor[] tensors, double maxNorm)
    {
        using var noGrad = new NoGradScope();
        var norm = Of(tensors);
        if (maxNorm > 0 && norm > maxNorm)
        {
            // PyTorch's clip_grad_norm_ divides by norm + 1e-6 as well; golden losses are made with it.
            s_scale.Run(tensors, maxNorm / (norm + 1e-6));
        }

        return norm;
    }

    public static double Of(Tensor[] tensors)
    {
        using var scope = new TensorScope();
        var norms = s_stack.Call(s_norm.CallList(tensors.Length, tensors), 0);
        return Math.Sqrt(norms.Cast(DType.Float64).Square().Sum().Item());
    }
}
