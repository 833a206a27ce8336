using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>How the examples of a step become rows. Loss and gradients are the same in every layout; time and memory are not.</summary>
/// <param name="PrefixSharing">What examples have in common is computed once. Their rows are packed, too.</param>
/// <param name="Packing">Several examples in a row that do not see each other, instead of one and padding.</param>
/// <param name="RowTokens">Tokens of a row, at most, unless one example has more.</param>
public sealed record BatchLayout(bool PrefixSharing = true, bool Packing = false, int RowTokens = int.MaxValue)
{
    // On the CPU attention costs what the tokens see; elsewhere a mask over all pairs of places of a row.
    private const int MaskedRowTokens = 1024;

    /// <summary>Prefix trees, as long as they come.</summary>
    public static BatchLayout Tree { get; } = new();

    /// <summary>One example a row.</summary>
    public static BatchLayout Padded { get; } = new(PrefixSharing: false);

    /// <param name="rowTokens">For packed rows.</param>
    internal static BatchLayout For(bool prefixSharing, bool packing, int rowTokens, Device device) =>
        new(prefixSharing, packing, !prefixSharing ? rowTokens : device.IsCuda ? MaskedRowTokens : int.MaxValue);
}
