using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>coefficient · Σ ‖θ − θ₀‖² over all trainable weights, θ₀ those of the base.</summary>
/// <remarks>
/// The raw sum is arXiv 2510.00237's; normalised, it is divided by the number of weights, so that a coefficient means the same for
/// models of any size. Its gradient is added by its closed form, 2 · coefficient · (θ − θ₀), and the loss is 0 at the base.
/// </remarks>
/// <param name="origin">A model with the base's weights; the caller owns it.</param>
public sealed class L2Anchor(Decoder model, Decoder origin, double coefficient, bool normalize = false)
{
    /// <summary>Adds the gradient to those of the model.</summary>
    /// <returns>The loss.</returns>
    internal double AddGradients()
    {
        using var noGrad = new NoGradScope();
        var scale = normalize ? coefficient / model.Parameters.Where(p => p.IsTrainable).Sum(p => p.Value.ElementCount) : coefficient;
        var loss = 0.0;
        foreach (var (parameter, start) in model.Parameters.Zip(origin.Parameters))
        {
            if (parameter.IsTrainable)
            {
                using var scope = new TensorScope();
                var drift = parameter.Value - start.Value;
                loss += drift.Cast(DType.Float64).Square().Sum().Item();
                parameter.Value.AddToGradient(drift * (2 * scale));
            }
        }

        return loss * scale;
    }
}
