using System.Globalization;
using System.Text;
using Thaw.Core.Reports;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Learning.Studies;

namespace Thaw.Learning.Analysis;

/// <summary>A finished study as one Markdown table: each arm with what it sets, its success by kind of split, and how far it went from the base.</summary>
public static class StudyTable
{
    /// <summary>Where a document wants the table.</summary>
    public const string Begin = "<!-- table of a study: begin -->";
    public const string End = "<!-- table of a study: end -->";

    private const int DivergencePrompts = 100;

    /// <summary>Makes sure, before hours of work, that the document can take a table.</summary>
    /// <exception cref="InvalidDataException">It has not one pair of marks.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static void Check(string document) => Places(document, File.ReadAllText(document));

    /// <summary>Replaces what is between the marks of the document.</summary>
    /// <inheritdoc cref="Check"/>
    public static void Insert(string document, string table)
    {
        var text = File.ReadAllText(document);
        var (from, to) = Places(document, text);
        AtomicFile.WriteText(document, $"{text[..from]}\n\n{table}\n\n{text[to..]}");
    }

    /// <param name="options">Of the study that <paramref name="outcome"/> is of.</param>
    public static string Of(StudyOptions options, StudyOutcome outcome, CancellationToken cancellation)
    {
        var report = outcome.Report;
        var table = new StringBuilder();
        table.Append("| arm | set | ID | instruction | difficulty | Fake | validity | ‖θ−θ₀‖/‖θ₀‖ | KL(base‖tuned) | KL(tuned‖base) |\n");
        table.Append("|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var arm in report.Arms)
        {
            var isBase = arm.Name == ReportModel.BaseArm;
            table.Append(CultureInfo.InvariantCulture, $"| {arm.Name} | {(isBase ? "" : Settings(options.Arms[arm.Name]))} | {Mean(report, arm, SplitKind.Id)} | {Mean(report, arm, SplitKind.Instruction)} ")
                .Append(CultureInfo.InvariantCulture, $"| {Mean(report, arm, SplitKind.Difficulty)} | {Mean(report, arm, SplitKind.Fake)} | {Validity(report, arm)} ")
                .Append(CultureInfo.InvariantCulture, $"| {(isBase ? "0 | 0 | 0" : Distances(options, outcome.CheckpointOf(arm.Name), cancellation))} |\n");
        }

        var n = report.Arms[0].Results.Values.First().N;
        return table.Append(CultureInfo.InvariantCulture, $"""

            Success by kind of split, the mean where there are several ({string.Join(", ", report.Splits.Select(split => $"{split.Name}: {JsonFormat.NameOf(split.Kind)}"))}); {n} test instances a split, the same for all arms, so that a rate of one
            split has a 95 % interval of at most ±{1.96 * Math.Sqrt(0.25 / n):0.00}. Validity is that of the instruction splits. KL is per token on completions that the base wrote for {DivergencePrompts} prompts of `{options.Splits[0]}`.
            {Lengths(options)} from `{options.ModelNameOrPath}`, seed {options.Seed}; what is not set is as in the study's file.
            Made by `{report.Stamp.CommandLine}`.

            """).ToString().TrimEnd();
    }

    private static string Lengths(StudyOptions options)
    {
        var lengths = options.Arms.Select(arm => arm.Value.Stage is null && options.SettingsOf(arm.Key) is { NumTrainEpochs: 0 } own ? (own.MaxSteps, own.PerDeviceTrainBatchSize) : ((int, int)?)null).Distinct().ToList();
        return lengths is [var (steps, rows)] ? string.Create(CultureInfo.InvariantCulture, $"All arms: {steps} steps of {rows} rows") : "All arms";
    }

    private static string Settings(StudyArm arm) => string.Join(", ", arm.Given.Select(pair => $"`{pair.Key}: {Text(pair.Value)}`"));

    private static string Text(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        Enum name => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name.ToString()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Mean(ReportModel report, ReportArm arm, SplitKind kind) => Cell(report, arm, kind, result => result.Success);

    private static string Validity(ReportModel report, ReportArm arm) => Cell(report, arm, SplitKind.Instruction, result => result.Validity);

    private static string Cell(ReportModel report, ReportArm arm, SplitKind kind, Func<Core.Evaluation.SplitResult, double> value)
    {
        var meant = report.Splits.Where(split => split.Kind == kind).Select(split => value(arm.Results[split.Name])).ToList();
        return meant.Count > 0 ? meant.Average().ToString("0.00", CultureInfo.InvariantCulture) : "–";
    }

    private static string Distances(StudyOptions options, string checkpoint, CancellationToken cancellation)
    {
        var distance = WeightDistance.Of(checkpoint, options.ModelNameOrPath, cancellation).All;
        var divergence = new DivergenceOptions
        {
            Model = checkpoint,
            Base = options.ModelNameOrPath,
            Task = options.Task,
            Splits = [options.Splits[0]],
            Completions = [CompletionSource.Base],
            Instances = DivergencePrompts,
            Seed = options.EvalSeed,
            MaxNewTokens = options.MaxCompletionLength ?? options.Training.MaxCompletionLength,
            Neutral = NeutralText.None,
            Device = options.Training.Device,
        };
        var kl = new DivergenceRun(divergence, null).Run(cancellation).Results[0];
        return string.Create(CultureInfo.InvariantCulture, $"{distance.RelativeL2:0.000} | {kl.Forward:0.00} ± {kl.ForwardStderr:0.00} | {kl.Reverse:0.00} ± {kl.ReverseStderr:0.00}");
    }

    private static (int From, int To) Places(string document, string text)
    {
        var from = text.IndexOf(Begin, StringComparison.Ordinal);
        var to = text.IndexOf(End, StringComparison.Ordinal);
        return from >= 0 && to > from && text.LastIndexOf(Begin, StringComparison.Ordinal) == from && text.LastIndexOf(End, StringComparison.Ordinal) == to
            ? (from + Begin.Length, to)
            : throw new InvalidDataException($"{document}: has no place for a table: one line '{Begin}' and, below it, one line '{End}' are expected.");
    }
}
