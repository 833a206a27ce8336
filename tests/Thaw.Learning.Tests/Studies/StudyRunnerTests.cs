using Thaw.Core.Demonstrations;
using Thaw.Core.Evaluation;
using Thaw.Core.Reports;
using Thaw.Learning.Sft;
using Thaw.Learning.Studies;

namespace Thaw.Learning.Tests.Studies;

/// <summary>A whole study of a few steps and episodes.</summary>
public sealed class StudyRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StudyRunnerTests() => TinyModels.WriteSokobanFolder(_folder["base"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_FreshAndAgain_ReportsAndThenReuses()
    {
        var outcome = Run(Options());

        Assert.Contains("<html", File.ReadAllText(outcome.HtmlPath), StringComparison.Ordinal);
        Assert.Contains("frozen-answer", File.ReadAllText(outcome.MarkdownPath), StringComparison.Ordinal);
        AssertComplete(outcome.Report);
        AssertPaired();

        var before = Written();
        var again = Run(Options());
        Assert.Equal(before, Written());
        Assert.Equal(Results(outcome.Report), Results(again.Report));
    }

    [Fact]
    public void Run_CancelledAnywhere_EndsWithTheSameResults()
    {
        var undisturbed = Run(Options());
        var interrupted = Options() with { OutputDir = _folder["interrupted"] };
        for (var reports = 3; ; reports += 9)
        {
            using var cancellation = new CancellationTokenSource();
            try
            {
                var outcome = Run(interrupted, new CountDown(reports, cancellation), cancellation.Token);
                Assert.Equal(Results(undisturbed.Report), Results(outcome.Report));
                Assert.True(reports > 3, "The study was never interrupted.");
                return;
            }
            catch (OperationCanceledException)
            {
                Assert.False(File.Exists(_folder["interrupted/report.html"]));
            }
        }
    }

    [Fact]
    public void Run_OtherSettingsInTheSameFolder_NamesTheLine()
    {
        Claim(Options());

        var error = Assert.Throws<InvalidDataException>(() => Run(Options() with { Instances = 3 }));

        Assert.StartsWith($"{_folder["study/study.json"]}: this folder holds a study with other settings: line ", error.Message, StringComparison.Ordinal);
        Assert.Contains("says \"instances\": 2, now it is \"instances\": 3.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [InlineData(null)]
    public void Bf16OrNull_OfABegunStudy_IsWhatItBeganWith(bool? begun)
    {
        Assert.Null(StudyFolder.Bf16OrNull(_folder["study"]));
        Claim(Options() with { Training = Options().Training with { Bf16 = begun } });
        Assert.Equal(begun, StudyFolder.Bf16OrNull(_folder["study"]));
    }

    [Fact]
    public void Run_OtherWeightsUnderTheSamePath_AreAnotherStudy()
    {
        Claim(Options());
        TinyModels.WriteSokobanFolder(_folder["base"], seed: 2);

        var error = Assert.Throws<InvalidDataException>(() => Run(Options()));

        Assert.Contains("model_sha256", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_UnknownSplit_GivesTheNearestAndClaimsNoFolder()
    {
        var error = Assert.Throws<ArgumentException>(() => Run(Options() with { Splits = ["numerica"] }));

        Assert.Contains("'numerical'", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["study"]));
    }

    [Fact]
    public void SettingsOf_AnArm_TakesWhatItSaysAndSharesTheRest()
    {
        var options = Options();
        var diverse = options.SettingsOf("diverse-answer");

        Assert.Equal(Diversity.Diverse, diverse.Diversity);
        Assert.Equal(5, diverse.MaxSteps);
        Assert.Equal(4, options.SettingsOf("frozen-answer").MaxSteps);
        Assert.Equal((options.Seed, options.ModelNameOrPath), (diverse.Seed, diverse.ModelNameOrPath));
        Assert.Equal(_folder["study/diverse-answer"], diverse.OutputDir);
    }

    [Fact]
    public void SettingsOf_AnArm_MayHaveADosePoolFormatAndSplitOfItsOwn()
    {
        var own = new StudyArm { Given = new Dictionary<string, object?> { ["dose"] = 4, ["pool"] = "wide", ["format"] = DemonstrationFormat.Cot, ["split"] = "larger" } };
        var options = Options() with { Training = Options().Training with { Pool = "paper" }, Arms = new Dictionary<string, StudyArm> { ["own"] = own, ["shared"] = new() } };
        var (mine, shared) = (options.SettingsOf("own"), options.SettingsOf("shared"));

        Assert.Equal((4, "wide", DemonstrationFormat.Cot, "larger"), (mine.Dose, mine.Pool, mine.Format, mine.Split));
        Assert.Equal((null, "paper", DemonstrationFormat.Answer, null), (shared.Dose, shared.Pool, shared.Format, shared.Split));
    }

    [Fact]
    public void SettingsOf_AnArm_MaySayAnyKeyOfFineTuning()
    {
        var own = new StudyArm { Given = new Dictionary<string, object?> { ["l2_anchor_coeff"] = 0.5, ["use_peft"] = true, ["dose"] = null } };
        var options = Options() with { Training = Options().Training with { Dose = 3 }, Arms = new Dictionary<string, StudyArm> { ["own"] = own } };

        Assert.Equal((0.5, true, null), (options.SettingsOf("own").L2AnchorCoeff, options.SettingsOf("own").UsePeft, options.SettingsOf("own").Dose));
        Assert.Equal((0.0, false, 3), (options.Training.L2AnchorCoeff, options.Training.UsePeft, options.Training.Dose));
        Assert.Throws<ArgumentException>(() => new StudyArm { Given = new Dictionary<string, object?> { ["no_such_key"] = 1 } });
    }

    [Theory]
    [InlineData("seed", 2UL, "Key 'arms.own.seed' is the same for all arms: the study says it.")]
    [InlineData("kl_coef", -1.0, "Arm 'own': Key 'kl_coef' must not be negative.")]
    public void Validate_AnArmThatCannotBe_NamesItAndItsKey(string key, object value, string message)
    {
        var own = new StudyArm { Given = new Dictionary<string, object?> { [key] = value } };
        var options = Options() with { Arms = new Dictionary<string, StudyArm> { ["own"] = own } };

        Assert.Equal(message, Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    private static void AssertComplete(ReportModel report)
    {
        Assert.Equal(["base", "frozen-answer", "diverse-answer"], report.Arms.Select(arm => arm.Name));
        Assert.All(report.Arms, arm => Assert.Equal([("id", 2), ("numerical", 2), ("fake", 2)], arm.Results.Select(split => (split.Key, split.Value.N))));
        Assert.Equal([0, 2, 4], report.Arms[1].Curve.Select(point => point.Step));
        Assert.Equal(5, report.Arms[2].Losses.Count);
        Assert.Equal(9, report.Comparisons.Count);
        Assert.All(report.Comparisons, comparison => Assert.Equal(2, comparison.Outcomes.N));
        Assert.NotEmpty(report.Episodes);
    }

    // All arms play the same instances with the same words, in every split.
    private void AssertPaired()
    {
        foreach (var split in Options().Splits)
        {
            var played = Options().Arms.Keys.Prepend(ReportModel.BaseArm).Select(arm => SamplesFile
                .Read(_folder[$"study/{arm}/test/{SamplesFile.NameFor("sokoban", split)}"])
                .Select(episode => (episode.InstanceId, episode.StatedBinding, episode.ScoredBinding)).ToList()).ToList();
            Assert.All(played, arm => Assert.Equal(played[0], arm));
        }
    }

    private static string Results(ReportModel report) => string.Join('\n', report.Arms.Select(arm =>
        $"{arm.Name}: {string.Join(", ", arm.Results.Select(s => $"{s.Key} {s.Value.Success:R} {s.Value.Validity:R} {s.Value.Turns:R}"))}; {string.Join(", ", arm.Losses)}"));

    // Everything but the report itself, which says when it was made.
    private IReadOnlyList<(string, DateTime)> Written() =>
    [
        .. Directory.EnumerateFiles(_folder["study"], "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith("report.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(file => (file, File.GetLastWriteTimeUtc(file))),
    ];

    private static void Claim(StudyOptions options) => StudyFolder.Claim(options);

    private static StudyOutcome Run(StudyOptions options, CountDown? progress = null, CancellationToken cancellation = default) =>
        new StudyRunner(options, StudyStamp.Any, progress).Run(cancellation);

    private StudyOptions Options() => new()
    {
        Title = "A study",
        ModelNameOrPath = _folder["base"],
        OutputDir = _folder["study"],
        Splits = ["id", "numerical", "fake"],
        Instances = 2,
        Training = new SftOptions
        {
            DatasetSize = 8,
            PerDeviceTrainBatchSize = 4,
            MaxSteps = 4,
            LoggingSteps = 1,
            SaveSteps = 2,
            EvalSteps = 2,
            EvalMaxTimeShare = 1,
            EvalInstances = 2,
            LearningRate = 0.01,
            MaxCompletionLength = 3,
        },
        Arms = new Dictionary<string, StudyArm>
        {
            ["frozen-answer"] = new() { Description = "one prompt", Given = new Dictionary<string, object?> { ["diversity"] = Diversity.Frozen } },
            ["diverse-answer"] = new() { Description = "many prompts", Given = new Dictionary<string, object?> { ["diversity"] = Diversity.Diverse, ["max_steps"] = 5 } },
        },
    };

    /// <summary>Cancels at the given report of progress.</summary>
    private sealed class CountDown(int reports, CancellationTokenSource cancellation) : IProgress<Thaw.Core.Progress.WorkProgress>
    {
        private int _left = reports;

        public void Report(Thaw.Core.Progress.WorkProgress value)
        {
            if (--_left == 0)
            {
                cancellation.Cancel();
            }
        }
    }
}
