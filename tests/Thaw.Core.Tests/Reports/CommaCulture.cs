using System.Globalization;

namespace Thaw.Core.Tests.Reports;

/// <summary>Writes numbers and dates as no report may; made by hand because the tests run without culture data.</summary>
internal static class CommaCulture
{
    public static T Run<T>(Func<T> body)
    {
        var before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.PercentDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "~";
        culture.DateTimeFormat.DateSeparator = "/";
        culture.DateTimeFormat.TimeSeparator = ".";
        CultureInfo.CurrentCulture = culture;
        try
        {
            return body();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
