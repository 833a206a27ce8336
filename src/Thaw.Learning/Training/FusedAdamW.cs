using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>The whole update of <see cref="AdamW"/> in one kernel, where libtorch has it (2.0 and later) and the weights are on a GPU.</summary>
/// <remarks>Not run by any test so far: see docs/numerics.md, "not proven".</remarks>
internal static class FusedAdamW
{
    private static readonly AtenOperator? s_update = AtenOperator.FindOrNull("_fused_adamw_");

    public static bool IsFor(Device device) => s_update is not null && device.IsCuda;

    /// <param name="steps">This update's number, from 1.</param>
    public static void Update(
        Tensor[] values, Tensor[] gradients, Tensor[] means, Tensor[] squares, long steps, double learningRate, AdamWOptions options)
    {
        // One tensor stands for the step of every weight: the kernel only reads it.
        var step = Tensor.Full([], steps, DType.Float32, values[0].Device);
        s_update!.Run(
            values,
            gradients,
            means,
            squares,
            Array.Empty<Tensor>(),
            values.Select(_ => step).ToArray(),
            learningRate,
            options.Beta1,
            options.Beta2,
            options.WeightDecay,
            options.Epsilon,
            false,
            false,
            Argument.None,
            Argument.None);
    }
}
