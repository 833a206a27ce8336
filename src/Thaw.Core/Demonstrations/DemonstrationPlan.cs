namespace Thaw.Core.Demonstrations;

/// <summary>Which demonstrations to write.</summary>
/// <param name="Diversity">Whether the binding is the training one in every row, or drawn for each row.</param>
/// <param name="Seed">Decides everything: the same plan gives the same rows.</param>
/// <param name="DefaultBindingShare">With <see cref="Demonstrations.Diversity.Diverse"/>, the share of rows that keep the training binding; 0 as in the paper.</param>
/// <param name="ExtraStarts">Further start positions drawn for each training instance, beside the generator's own; 0 as in the paper.</param>
/// <param name="MarkShare">With <see cref="Demonstrations.Diversity.Diverse"/>, the share of rows whose words are letters, digits and symbols; 0 as in the paper.</param>
public sealed record DemonstrationPlan(Diversity Diversity, ulong Seed, double DefaultBindingShare = 0.0, int ExtraStarts = 0, double MarkShare = 0.0);

public enum Diversity
{
    Frozen,
    Diverse,
}
