namespace Thaw.Core.Statistics;

/// <summary>Quantiles of the standard normal distribution.</summary>
internal static class NormalQuantile
{
    public const double Of975 = 1.959963984540054;

    public const double Of80 = 0.8416212335729143;
}
