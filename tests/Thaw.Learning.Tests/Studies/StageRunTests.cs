using Thaw.Core.Demonstrations;
using Thaw.Core.Progress;
using Thaw.Core.Reports;
using Thaw.Learning.Collecting;
using Thaw.Learning.Grpo;
using Thaw.Learning.Preferences;
using Thaw.Learning.Sft;
using Thaw.Learning.Studies;

namespace Thaw.Learning.Tests.Studies;

/// <summary>The whole way of the paper on a tiny model: warm start, teacher, samples, fine-tuning on what was kept.</summary>
public sealed class StageRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StageRunTests() => TinyModels.WriteSokobanFolder(_folder["base"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_AllKindsOfStages_ReportsTheirYieldsAndTheArmsScores()
    {
        var report = Run(Options("study")).Report;

        Assert.Equal(["warm", "teacher", "traces", "traced", "preferred", "rounds"], report.Stages.Select(stage => stage.Name));
        Assert.Equal(["sft", "grpo", "collect", "sft", "dpo", "rft"], report.Stages.Select(stage => stage.Kind));
        var traces = report.Stages[2];
        Assert.Equal("from teacher", traces.Description);
        Assert.Equal(("all", 12), (traces.Yields[0].Label, traces.Yields[0].Prompts));
        Assert.Contains(report.Stages[5].Yields, row => row.Label == "round 2");
        Assert.Equal(["base", "teacher", "traced", "answers"], report.Arms.Select(arm => arm.Name));
        Assert.All(report.Arms, arm => Assert.Equal(2, arm.Results["id"].N));
        Assert.NotEmpty(report.Arms[2].Losses);
        var markdown = File.ReadAllText(_folder["study/report.md"]);
        Assert.Contains("## Stages", markdown, StringComparison.Ordinal);
        Assert.Contains("<section id=\"stages\">", File.ReadAllText(_folder["study/report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_CancelledAnywhere_EndsWithTheSameResults()
    {
        var whole = Run(Options("study"));
        for (var reports = 9; ; reports += 23)
        {
            using var cancellation = new CancellationTokenSource();
            try
            {
                var outcome = Run(Options("again"), new CountDown(reports, cancellation), cancellation.Token);
                Assert.True(reports > 9, "The study was never interrupted.");
                Assert.Equal(Scores(whole.Report), Scores(outcome.Report));
                break;
            }
            catch (OperationCanceledException)
            {
                Assert.False(File.Exists(_folder["again/report.html"]));
            }
        }

        foreach (var file in new[] { "teacher/checkpoint-2/model.safetensors", "traces/samples.jsonl", "traced/checkpoint-2/model.safetensors", "preferred/checkpoint-2/model.safetensors", "rounds/round-2/sft/checkpoint-2/model.safetensors" })
        {
            Assert.Equal(File.ReadAllBytes(_folder[$"study/stages/{file}"]), File.ReadAllBytes(_folder[$"again/stages/{file}"]));
        }
    }

    [Fact]
    public void Run_Again_TrainsAndSamplesNothing()
    {
        Run(Options("study"));
        var phases = new List<string>();

        Run(Options("study"), new Heard(phases));

        Assert.Empty(phases);
    }

    [Fact]
    public void Run_FormatAndLengthOfTheStudy_HoldInEveryStage()
    {
        var options = Options("cot") with { Format = DemonstrationFormat.CotBrief, MaxCompletionLength = 5 };
        options = options with { Stages = [.. options.Stages!.Take(1)], Arms = new Dictionary<string, StudyArm> { ["warm"] = new() { Stage = "warm" } } };

        var outcome = Run(options with { Stages = [options.Stages[0], new StudyStage { Name = "solved", Collect = new CollectOptions { Teacher = TeacherKind.Solver, DatasetSize = 2 } }] });

        Assert.Contains("think", DemonstrationFile.Read(_folder["cot/stages/solved/train.jsonl"]).First().Completion, StringComparison.Ordinal);
        Assert.Contains(Thaw.Core.Evaluation.SamplesFile.Read(_folder["cot/warm/test/samples_sokoban_id.jsonl"]), episode => episode.Turns.Count > 0);
        Assert.Equal(5, options.SettingsOf("warm").MaxCompletionLength);
        Assert.Equal(DemonstrationFormat.CotBrief, options.SettingsOf("warm").Format);
        Assert.Equal(2, outcome.Report.Stages.Count);
    }

    public static TheoryData<string, StudyStage[]> Misfits => new()
    {
        { "stage 'a' must have exactly one of sft, grpo, collect, rft, dpo.", [new StudyStage { Name = "a" }] },
        { "stage 'a' must have exactly one of sft, grpo, collect, rft, dpo.", [new StudyStage { Name = "a", Sft = new(), Grpo = new() }] },
        { "a stage has the name ''; lower-case letters, digits and '-' are expected.", [new StudyStage { Sft = new() }] },
        { "stage 'a' has the name of an earlier one.", [new StudyStage { Name = "a", Sft = new() }, new StudyStage { Name = "a", Sft = new() }] },
        { "stage 'a' is from unknown earlier stage with a checkpoint 'b'.", [new StudyStage { Name = "a", From = "b", Sft = new() }] },
        { "stage 'a' is from unknown earlier stage with a checkpoint 'ware'; the nearest known one is 'warm'.", [new StudyStage { Name = "warm", Sft = new() }, new StudyStage { Name = "a", From = "ware", Sft = new() }] },
        { "stage 'a' takes the data of unknown earlier collect stage 'warm'.", [new StudyStage { Name = "warm", Sft = new() }, new StudyStage { Name = "a", Data = "warm", Sft = new() }] },
        { "stage 'a' is grpo, which takes no data of another stage.", [new StudyStage { Name = "c", Collect = new() }, new StudyStage { Name = "a", Data = "c", Grpo = new() }] },
        { "stage 'a' sets output_dir, which the study decides.", [new StudyStage { Name = "a", Sft = new() { OutputDir = "x" } }] },
        { "stage 'a' sets task and seed, which the study decides for all stages.", [new StudyStage { Name = "a", Grpo = new() { Seed = 7, Task = "points" } }] },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Validate_StagesThatDoNotFit_AreNamed(string cause, StudyStage[] stages)
    {
        var options = Options("x") with { Stages = stages, Arms = new Dictionary<string, StudyArm> { ["plain"] = new() } };

        Assert.Equal($"Key 'stages': {cause}", Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    [Fact]
    public void Validate_AnArmOfAStageThatCollects_IsRefused()
    {
        var options = Options("x") with { Arms = new Dictionary<string, StudyArm> { ["a"] = new() { Stage = "traces" } } };

        Assert.StartsWith("Key 'arms.a.stage': unknown stage with a checkpoint 'traces'", Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }

    private static string Scores(ReportModel report) => string.Join('\n', report.Arms.Select(arm =>
        $"{arm.Name}: {string.Join(", ", arm.Results.Select(s => $"{s.Key} {s.Value.Success:R} {s.Value.Validity:R}"))}"));

    private static StudyOutcome Run(StudyOptions options, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default) =>
        new StudyRunner(options, StudyStamp.Any, progress).Run(cancellation);

    private StudyOptions Options(string name) => new()
    {
        Title = "A way with stages",
        ModelNameOrPath = _folder["base"],
        OutputDir = _folder[name],
        Splits = ["id"],
        Instances = 2,
        MaxCompletionLength = 6,
        Stages =
        [
            new StudyStage { Name = "warm", Sft = Sft(25) with { DatasetSize = 8, PerDeviceTrainBatchSize = 8, LearningRate = 0.01 } },
            new StudyStage
            {
                Name = "teacher",
                From = "warm",
                Grpo = new GrpoOptions { DatasetSize = 8, PerDeviceTrainBatchSize = 8, NumGenerations = 4, MaxSteps = 2, LearningRate = 0.001, DropZeroStdGroups = false, SaveSteps = 1, Bf16 = false },
            },
            new StudyStage { Name = "traces", From = "teacher", Collect = new CollectOptions { DatasetSize = 12, NumGenerations = 8, Keep = KeptSamples.All, Bf16 = false } },
            new StudyStage { Name = "traced", Data = "traces", Sft = Sft(2) },
            new StudyStage
            {
                Name = "preferred",
                From = "traced",
                Data = "traces",
                Dpo = new DpoOptions { PerDeviceTrainBatchSize = 2, MaxSteps = 2, LearningRate = 0.001, SaveSteps = 1, LoggingSteps = 1, Bf16 = false },
            },
            new StudyStage
            {
                Name = "rounds",
                From = "warm",
                Rft = new RftOptions { Rounds = 2, Collect = new CollectOptions { DatasetSize = 12, NumGenerations = 16, Bf16 = false }, Sft = Sft(2) with { LearningRate = 0.0001 } },
            },
        ],
        Training = Sft(2),
        Arms = new Dictionary<string, StudyArm>
        {
            ["teacher"] = new() { Description = "the teacher", Stage = "teacher" },
            ["traced"] = new() { Description = "on its traces", Stage = "traced" },
            ["answers"] = new() { Description = "on the solver's answers" },
        },
    };

    private static SftOptions Sft(int steps) => new()
    {
        DatasetSize = 8,
        PerDeviceTrainBatchSize = 4,
        MaxSteps = steps,
        SaveSteps = 1,
        LoggingSteps = 1,
        LearningRate = 0.001,
        Bf16 = false,
    };

    private sealed class CountDown(int reports, CancellationTokenSource cancellation) : IProgress<WorkProgress>
    {
        private int _left = reports;

        public void Report(WorkProgress value)
        {
            if (--_left == 0)
            {
                cancellation.Cancel();
            }
        }
    }

    private sealed class Heard(List<string> phases) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => phases.Add(value.Phase);
    }
}
