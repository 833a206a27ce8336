using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>A layer of which training keeps the input alone; backward computes the rest of it again.</summary>
/// <remarks>The layer is computed by the same operators on the same numbers both times, so loss and gradients are those of a layer that keeps everything.</remarks>
internal static class RecomputedBlock
{
    /// <summary>Null where nothing is to be gained, or keys and values go to a cache.</summary>
    public static Tensor? ForwardOrNull(DecoderBlock block, Tensor xBSD, AttentionPass pass, Lora.LoraDropout? dropout)
    {
        if (!GradMode.IsEnabled || pass.Cache is not null)
        {
            return null;
        }

        var constants = pass.Tensors();
        var mark = dropout?.Mark();
        return Recomputation.Run(Compute, [xBSD], [.. constants.OfType<Tensor>()])[0];

        Tensor[] Compute(Tensor[] arguments)
        {
            using var scope = new TensorScope();
            var next = 1;
            var own = pass.With([.. constants.Select(constant => constant is null ? null : arguments[next++])]);
            using var again = mark is { } place ? dropout!.GoTo(place) : null;
            return [scope.Keep(block.Forward(arguments[0], own))];
        }
    }
}
