using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Calculator;

/// <summary>The display to start from and the number to reach.</summary>
public sealed record CalculatorInstance(int Start, int Target) : IInstance
{
    public string Id => $"{SplitMix64.SeedOf(0, $"calculator/{Start}/{Target}"):x16}";

    /// <summary>Decided by the target alone, so that no display on the way of a training instance can be the start of a test instance.</summary>
    public Fold Fold => (SplitMix64.SeedOf(0, $"calculator/{Target}") % 10) switch
    {
        0 => Fold.Test,
        1 => Fold.Validation,
        _ => Fold.Train,
    };
}
