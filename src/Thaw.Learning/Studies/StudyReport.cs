using Thaw.Core.Evaluation;
using Thaw.Core.Reports;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Learning.Training;

namespace Thaw.Learning.Studies;

/// <summary>Gathers what lies in a study's folder into a report.</summary>
/// <param name="resultsOf">The folder with the test results of an arm.</param>
internal sealed class StudyReport(StudyOptions options, ITask task, RunStamp stamp, Func<string, string> resultsOf, StageRunner stages)
{
    /// <summary>Episodes of each arm and split that the replay offers.</summary>
    private const int EpisodesToReplay = 3;
    private const ulong BootstrapSeed = 1;

    public ReportModel Build()
    {
        IReadOnlyList<string> arms = [ReportModel.BaseArm, .. options.Arms.Keys];
        var episodes = arms.ToDictionary(arm => arm, EpisodesOf);
        var model = new ReportModel
        {
            Stamp = stamp,
            Task = task.Name,
            Splits = [.. options.Splits.Select(name => new ReportSplit(name, task.FindSplit(name).Kind, Words(episodes[ReportModel.BaseArm], name)))],
            Arms = [.. arms.Select(Arm)],
            Stages = [.. StageReport.Of(options, stages)],
            Comparisons = [.. Comparisons(arms, episodes)],
            Episodes = [.. arms.SelectMany(arm => Replay(arm, episodes[arm]))],
            Deviations = options.Deviations,
        };
        return model with { Findings = StudyFindings.Of(model), Warnings = ReportWarnings.Of(model) };
    }

    public static (string Html, string Markdown) Write(ReportModel report, string folder)
    {
        var (html, markdown) = (Path.Combine(folder, "report.html"), Path.Combine(folder, "report.md"));
        AtomicFile.Write(html, stream => HtmlReport.Write(report, stream));
        AtomicFile.WriteText(markdown, MarkdownReport.Of(report));
        return (html, markdown);
    }

    private IReadOnlyList<EpisodeRecord> EpisodesOf(string arm) =>
        [.. options.Splits.SelectMany(split => SamplesFile.Read(Path.Combine(resultsOf(arm), SamplesFile.NameFor(task.Name, split))))];

    private ReportArm Arm(string name)
    {
        var description = name == ReportModel.BaseArm ? "the base model, before any fine-tuning" : options.Arms[name].Description;
        var metrics = name == ReportModel.BaseArm ? [] : MetricsFile.Read(TrainingFolderOf(name));
        return new ReportArm(name, description, ResultsFile.Read(resultsOf(name)).Splits)
        {
            Curve = [.. metrics.Where(m => m.Values.ContainsKey($"eval/{options.Splits[0]}/success")).Select(m => Point(m.Step, m.Values))],
            Losses = [.. metrics.Where(m => m.Values.ContainsKey("loss")).Select(m => new LossPoint(m.Step, m.Values["loss"], m.Values["learning_rate"]))],
        };
    }

    private string TrainingFolderOf(string arm) =>
        options.Arms[arm].Stage is { } stage ? stages.TrainingFolderOf(options.Stages!.First(own => own.Name == stage)) : options.SettingsOf(arm).OutputDir;

    private CurvePoint Point(int step, IReadOnlyDictionary<string, double> values) => new(step, options.Splits.ToDictionary(
        split => split,
        split => new CurveValue(values[$"eval/{split}/success"], values[$"eval/{split}/validity"], (int)values.GetValueOrDefault($"eval/{split}/distinct", values[$"eval/{split}/n"]))));

    // Every pair of arms on every split: the instances are the same, so the tests are paired.
    private IEnumerable<PairedComparison> Comparisons(IReadOnlyList<string> arms, Dictionary<string, IReadOnlyList<EpisodeRecord>> episodes) =>
        from a in Enumerable.Range(0, arms.Count)
        from b in Enumerable.Range(a + 1, arms.Count - a - 1)
        from split in options.Splits
        let outcomes = PairedOutcomes.Of(episodes[arms[b]].Where(e => e.Split == split), episodes[arms[a]].Where(e => e.Split == split), BootstrapSeed)
        select new PairedComparison(arms[b], arms[a], split, outcomes);

    private IEnumerable<SampleEpisode> Replay(string arm, IReadOnlyList<EpisodeRecord> episodes) =>
        from split in options.Splits
        from episode in episodes.Where(e => e.Split == split).Take(EpisodesToReplay)
        select new SampleEpisode(
            arm,
            split,
            episode.InstanceId,
            episode.StatedBinding,
            episode.ScoredBinding,
            episode.IsSolved,
            [.. episode.Turns.Select(t => new SampleTurn(t.Drawing, t.Prompt, t.Completion, t.Answer, t.IsValid, JsonFormat.NameOf(t.Reason)))]);

    // A binding that is drawn for each instance has no one wording.
    private static string Words(IReadOnlyList<EpisodeRecord> episodes, string split)
    {
        var bindings = episodes.Where(e => e.Split == split).Select(e => e.StatedBinding).Distinct().Take(2).ToList();
        return bindings.Count == 1 ? bindings[0] : "words drawn for each instance";
    }
}
