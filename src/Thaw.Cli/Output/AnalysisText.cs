using System.Globalization;
using Thaw.Core.Storage;
using Thaw.Learning.Analysis;
using Thaw.Learning.Models;

namespace Thaw.Cli.Output;

/// <summary>What analyses found, as tables for people.</summary>
internal static class AnalysisText
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    public static IEnumerable<string> Table(WeightDistance distance)
    {
        var all = distance.All;
        yield return string.Create(s_culture, $"{all.Elements} weights in {all.Tensors} tensors, {all.Changed} of them changed");
        yield return string.Create(s_culture, $"L2 {all.L2:0.######}, relative {Relative(all)}, greatest change of one number {all.MaxAbs:0.######}");
        yield return "";
        yield return $"{"kind",-12} {"tensors",8} {"changed",8} {"L2",12} {"relative",10} {"greatest",12}";
        foreach (var (kind, sum) in distance.Kinds)
        {
            yield return Row(kind.ToString().ToLowerInvariant(), sum);
        }

        yield return "";
        yield return $"{"layer",-12} {"tensors",8} {"changed",8} {"L2",12} {"relative",10} {"greatest",12} {"attention",10} {"mlp",10} {"norm",10}";
        foreach (var layer in distance.Layers)
        {
            var parts = new[] { WeightKind.Attention, WeightKind.Mlp, WeightKind.Norm }.Select(kind => layer.Kinds.TryGetValue(kind, out var sum) ? Relative(sum) : "-");
            yield return Row(layer.Layer.ToString(s_culture), layer.All) + string.Concat(parts.Select(part => $" {part,10}"));
        }
    }

    public static IEnumerable<string> Table(WeightDrift drift)
    {
        var width = drift.Columns.Max(column => $"{column.From}→{column.To}".Length + 2);
        width = Math.Max(width, 10);
        yield return "Change of the weights from one checkpoint to the next, relative: mean over the tensors of a row, weighted by size";
        yield return new string(' ', 20) + string.Concat(drift.Columns.Select(column => $"{column.From}→{column.To}".PadLeft(width)));
        foreach (var row in drift.Rows)
        {
            yield return $"{row.Name,-20}" + string.Concat(row.Changes.Select(change => change.ToString("0.000000", s_culture).PadLeft(width)));
        }

        yield return $"{"L2 of all",-20}" + string.Concat(drift.Columns.Select(column => column.L2.ToString("0.####", s_culture).PadLeft(width)));
    }

    public static IEnumerable<string> Table(DivergenceReport report)
    {
        yield return $"{"set",-14} {"completions",-14} {"texts",6} {"tokens",8} {"KL(base‖tuned)",20} {"KL(tuned‖base)",20} {"…per text",20} {"…per text",20}";
        foreach (var r in report.Results)
        {
            var source = r.Completions is { } completions ? JsonFormat.NameOf(completions) : "";
            yield return string.Create(
                s_culture,
                $"{r.Set,-14} {source,-14} {r.Texts,6} {r.Tokens,8} {Estimate(r.Forward, r.ForwardStderr),20} {Estimate(r.Reverse, r.ReverseStderr),20} {Estimate(r.ForwardPerText, r.ForwardPerTextStderr),20} {Estimate(r.ReversePerText, r.ReversePerTextStderr),20}");
        }

        yield return "Nats per token with standard errors; then summed over the tokens of a text, in the same order.";
    }

    public static IEnumerable<string> Table(InterpolationReport report)
    {
        var splits = report.Points[0].Splits.Keys.ToList();
        var hasValidation = report.Points.Any(point => point.Validation is not null);
        yield return $"{"alpha",-8}" + string.Concat(splits.Select(split => $" {split,14}")) + (hasValidation ? $" {"validation",12}" : "");
        foreach (var point in report.Points)
        {
            yield return $"{point.Alpha.ToString(s_culture),-8}"
                + string.Concat(splits.Select(split => string.Create(s_culture, $" {$"{point.Splits[split].Success:0.000} ({point.Splits[split].Validity:0.00})",14}")))
                + (point.Validation is { } validation ? string.Create(s_culture, $" {validation,12:0.000}") : "");
        }

        yield return string.Create(s_culture, $"Success, and validity in brackets, of {report.Points[0].Splits.Values.First().N} test instances a split.");
        if (report.Best is { } best)
        {
            yield return string.Create(s_culture, $"Best on validation instances: alpha {best}, kept in {report.BestFolder}");
        }
    }

    private static string Row(string name, DistanceSum sum) => string.Create(
        s_culture, $"{name,-12} {sum.Tensors,8} {sum.Changed,8} {sum.L2,12:0.######} {Relative(sum),10} {sum.MaxAbs,12:0.######}");

    private static string Relative(DistanceSum sum) => sum.RelativeL2?.ToString("0.000000", s_culture) ?? "-";

    private static string Estimate(double mean, double error) => string.Create(s_culture, $"{mean:0.0000} ± {error:0.0000}");
}
