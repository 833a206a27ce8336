using System.CommandLine;
using System.Globalization;
using Thaw.Cli.Options;
using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;

namespace Thaw.Cli.Verbs;

/// <summary>The flags of <c>gen</c> that say what demonstrations are like.</summary>
internal sealed class PlanFlags
{
    private const string DosePrefix = "dose:";

    private readonly Option<string> _diversity = new("--diversity") { Description = "frozen: the training words in every row; diverse: words drawn for each row; dose:N: N different mappings in all.", HelpName = "frozen|diverse|dose:N", DefaultValueFactory = _ => "frozen" };
    private readonly Option<string> _format = new("--format") { Description = "How much a completion thinks aloud.", HelpName = "answer|cot-terse|cot-brief|cot|cot-full", DefaultValueFactory = _ => "answer" };
    private readonly Option<double> _defaultBindingShare = new("--default-binding-share") { Description = "With diversity, the share of rows that keep the training words.", HelpName = "P" };
    private readonly Option<double> _markShare = new("--mark-share") { Description = "With diversity, the share of rows whose words are letters, digits and symbols.", HelpName = "P" };
    private readonly Option<int> _extraStarts = new("--extra-starts") { Description = "Further start positions of each training instance.", HelpName = "N" };
    private readonly Option<string?> _pool = new("--pool") { Description = "With diversity, what bindings are drawn from; the task's own where nothing is said.", HelpName = "NAME" };

    public IReadOnlyList<Option> All => [_diversity, _format, _defaultBindingShare, _markShare, _extraStarts, _pool];

    /// <summary>Those that say nothing where every row has the same binding.</summary>
    public IReadOnlyList<Option> OfDiversity => [_defaultBindingShare, _markShare, _pool];

    /// <exception cref="UsageException">A value is wrong.</exception>
    public DemonstrationPlan Read(ParseResult parsed, ulong seed, Split? split)
    {
        var (diversity, dose) = Diversity(parsed);
        return new DemonstrationPlan(
            diversity,
            seed,
            FlagRange.Between(_defaultBindingShare.Name, parsed.GetValue(_defaultBindingShare), 0, 1),
            FlagRange.NotNegative(_extraStarts.Name, parsed.GetValue(_extraStarts)),
            dose,
            FlagWord.Read<DemonstrationFormat>(parsed, _format),
            parsed.GetValue(_pool),
            FlagRange.Between(_markShare.Name, parsed.GetValue(_markShare), 0, 1),
            split);
    }

    /// <summary>The flags that make <paramref name="plan"/>, but for its seed and split.</summary>
    public static string Write(DemonstrationPlan plan) => string.Concat(
        $"--diversity {DiversityOf(plan)} --format {FlagWord.Of(plan.Format)}",
        plan.DefaultBindingShare > 0 ? FormattableString.Invariant($" --default-binding-share {plan.DefaultBindingShare}") : "",
        plan.MarkShare > 0 ? FormattableString.Invariant($" --mark-share {plan.MarkShare}") : "",
        plan.ExtraStarts > 0 ? $" --extra-starts {plan.ExtraStarts}" : "",
        plan.Pool is { } pool ? $" --pool {pool}" : "");

    public static string DiversityOf(DemonstrationPlan plan) => plan.Dose is { } dose ? $"{DosePrefix}{dose}" : FlagWord.Of(plan.Diversity);

    private (Diversity Diversity, int? Dose) Diversity(ParseResult parsed)
    {
        var text = parsed.GetRequiredValue(_diversity);
        return text switch
        {
            "frozen" => (Core.Demonstrations.Diversity.Frozen, null),
            "diverse" => (Core.Demonstrations.Diversity.Diverse, null),
            _ when text.StartsWith(DosePrefix, StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(DosePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var dose) && dose > 0 =>
                (Core.Demonstrations.Diversity.Diverse, dose),
            _ => throw new UsageException($"--diversity must be frozen, diverse or dose:N with a positive N, not '{text}'"),
        };
    }
}
