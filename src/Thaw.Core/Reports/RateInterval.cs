using System.Globalization;
using Thaw.Core.Evaluation;
using Thaw.Core.Statistics;

namespace Thaw.Core.Reports;

/// <summary>A rate 0..1 with the bounds of its 95 % interval.</summary>
internal readonly record struct RateInterval(double Rate, double Low, double High)
{
    public static RateInterval Success(SplitResult result) => new(result.Success, result.SuccessLow, result.SuccessHigh);

    /// <summary>The mean of <paramref name="n"/> values in 0..1; all of 0..1 for n = 0.</summary>
    public static RateInterval OfMean(double mean, int n)
    {
        var bounds = n == 0 ? new WilsonInterval(0, 1) : WilsonInterval.OfMean(mean, n);
        return new RateInterval(mean, bounds.Low, bounds.High);
    }

    /// <summary>Mean of rates, with the mean of the bounds: right where the rates move together, too wide where they do not.</summary>
    /// <returns>Null for no rates.</returns>
    public static RateInterval? Mean(IReadOnlyList<RateInterval> rates) => rates.Count == 0
        ? null
        : new RateInterval(rates.Average(r => r.Rate), rates.Average(r => r.Low), rates.Average(r => r.High));

    /// <summary><c>96 %</c>; never rounded to 0 or 100 unless it is that.</summary>
    public static string Percent(double rate) => rate switch
    {
        > 0 and < 0.005 => "under 1 %",
        < 1 and >= 0.995 => "over 99 %",
        _ => (rate * 100).ToString("0", CultureInfo.InvariantCulture) + " %",
    };

    /// <summary>Whole points of a difference of rates, with sign: <c>+78</c>, <c>−3</c>, <c>0</c>.</summary>
    public static string Points(double difference)
    {
        var points = Math.Round(difference * 100, MidpointRounding.AwayFromZero);
        return points switch
        {
            > 0 => "+" + points.ToString("0", CultureInfo.InvariantCulture),
            < 0 => "−" + (-points).ToString("0", CultureInfo.InvariantCulture),
            _ => "0",
        };
    }

    /// <summary><c>96 % (93 to 98 %)</c>.</summary>
    public override string ToString() => $"{Percent(Rate)} ({Bound(Low)} to {Bound(High)} %)";

    private static string Bound(double rate) => (rate * 100).ToString("0", CultureInfo.InvariantCulture);
}
