using System.Text.Json.Nodes;
using Thaw.Core.Progress;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Objectives;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Training;

/// <summary>Accumulation, averages, best checkpoint, early stop, evaluation budget: what they do, and that a kill changes nothing of it.</summary>
public sealed class TrainingFeaturesTests : IDisposable
{
    private const int Last = 12;

    // Evaluations at steps 2, 4, ... in thousandths: the best is at 6, the second without a gain after it at 10.
    private static readonly Dictionary<int, double> s_scores = new() { [0] = 900, [2] = 100, [4] = 300, [6] = 500, [8] = 400, [10] = 500, [12] = 800 };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Features => ["accumulation", "checkpointing", "neftune", "ema", "stop", "best", "average", "all"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Features))]
    public void Run_KilledAtManySteps_EndsWithTheSameBytes(string feature)
    {
        var undisturbed = RunAll("undisturbed", feature);
        foreach (var at in new[] { 2, 5, 6, 7, 9, 11, 12 })
        {
            // A run that stops early never reaches the last ones.
            try
            {
                Run("killed", feature, beforeStep: step =>
                {
                    if (step == at)
                    {
                        throw new Killed();
                    }
                });
                Assert.True(feature is "stop" or "all", $"step {at} was not reached");
            }
            catch (Killed)
            {
            }
        }

        var killed = RunAll("killed", feature);
        Assert.Equal(undisturbed.Metrics, killed.Metrics);
        Assert.Equal(undisturbed.Files.Keys, killed.Files.Keys);
        Assert.All(undisturbed.Files, file => Assert.True(file.Value.SequenceEqual(killed.Files[file.Key]), file.Key));
    }

    [Fact]
    public void Run_StoppingEarly_EndsAfterThePatienceAndSaysSoInTheState()
    {
        var checkpoint = Run("run", "stop");

        Assert.Equal(_folder["run/checkpoint-10"], checkpoint);
        Assert.Equal(10, MetricsFile.Read(_folder["run"])[^1].Step);
        var state = JsonNode.Parse(File.ReadAllText(_folder["run/checkpoint-10/trainer_state.json"]))!;
        Assert.Equal(10, (int)state["global_step"]!);
        Assert.Equal(0.5, (double)state["best_metric"]!);
        Assert.Equal("checkpoint-6", (string)state["best_model_checkpoint"]!);
        Assert.Equal(2, (int)state["stateful_callbacks"]!["EarlyStoppingCallback"]!["attributes"]!["early_stopping_patience_counter"]!);

        // 3 rows a step of 30 rows.
        Assert.Equal(1.0, (double)state["epoch"]!);
        Assert.Contains(state["log_history"]!.AsArray(), record => (int)record!["step"]! == 10 && record["eval/mean/success"] is not null);
        Assert.DoesNotContain("tok_per_sec", state.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LoadingTheBest_KeepsItBeyondTheLimitAndLeavesItsWeightsInTheModel()
    {
        var job = Job("run", "best");
        using var model = job.Model;
        var checkpoint = TrainingLoop.Run(job, null, default);

        Assert.Equal(_folder["run/checkpoint-12"], checkpoint);
        Assert.Equal(0.8, TrainingSummary.Read(_folder["run"]).BestMetric);

        // Were the last evaluation as bad as the one before, the best is at step 6, which save_total_limit 2 would not keep.
        var shorter = Job("shorter", "best") with { Evaluate = (step, _) => (Scores(Math.Min(step, 10)), "scores") };
        using var other = shorter.Model;
        checkpoint = TrainingLoop.Run(shorter, null, default);
        Assert.Equal(_folder["shorter/checkpoint-6"], checkpoint);
        using var best = Fresh();
        TrainingCheckpoint.ReadWeights(checkpoint, best);
        Assert.Equal(TensorAssert.Bits(best), TensorAssert.Bits(other));
        Assert.Equal(
            ["checkpoint-10", "checkpoint-12", "checkpoint-6"], Directory.EnumerateDirectories(_folder["shorter"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(new TrainingSummary(_folder["shorter/checkpoint-12"], 12, 0.5, _folder["shorter/checkpoint-6"]), TrainingSummary.Read(_folder["shorter"]));
    }

    [Fact]
    public void Run_WithAMovingAverage_EvaluatesAndHandsOverTheAverage()
    {
        var evaluated = new Dictionary<int, byte[]>();
        var job = Job("run", "ema");
        using var model = job.Model;
        job = job with
        {
            Evaluate = (step, _) =>
            {
                evaluated[step] = TensorAssert.Bits(model);
                return (Scores(step), "");
            },
        };

        var handedOver = TrainingLoop.Run(job, null, default);

        Assert.Equal(_folder["run/checkpoint-12/ema"], handedOver);
        using var average = Fresh();
        TrainingCheckpoint.ReadWeights(handedOver, average);
        Assert.Equal(evaluated[12], TensorAssert.Bits(average));
        Assert.Equal(evaluated[12], TensorAssert.Bits(model));
        using var raw = Fresh();
        TrainingCheckpoint.ReadWeights(_folder["run/checkpoint-12"], raw);
        Assert.NotEqual(evaluated[12], TensorAssert.Bits(raw));
    }

    [Fact]
    public void Run_WithAMovingAverage_TrainsAsWithout()
    {
        Run("with", "ema");
        Run("without", "");

        Assert.Equal(File.ReadAllBytes(_folder["without/checkpoint-12/model.safetensors"]), File.ReadAllBytes(_folder["with/checkpoint-12/model.safetensors"]));
    }

    [Fact]
    public void Run_GoingOnWithAnAverageThatIsNotThere_SaysSo()
    {
        Run("run", "");

        var error = Assert.Throws<InvalidDataException>(() => Run("run", "ema"));

        Assert.Equal($"{_folder["run/checkpoint-12"]}: no folder ema: either the run began without ema_decay, or somebody has taken it away; it cannot go on with ema_decay.", error.Message);
    }

    /// <summary>A step of 3 × 2 rows is one of 6 rows: the same rows and the same loss, cut otherwise.</summary>
    [Fact]
    public void Run_Accumulating_IsOneLargeBatch()
    {
        Run("accumulated", "accumulation");
        Run("large", "large");

        var (accumulated, large) = (MetricsFile.Read(_folder["accumulated"]), MetricsFile.Read(_folder["large"]));
        Assert.Equal(large.Select(m => m.Step), accumulated.Select(m => m.Step));

        // Float32 sums in another order, and twelve steps on top of each other.
        Assert.All(large.Zip(accumulated).Where(pair => pair.First.Values.ContainsKey("loss")), pair => Assert.Equal(pair.First.Values["loss"], pair.Second.Values["loss"], 2e-5));
        Assert.Equal(large[^2].Values["num_tokens"], accumulated[^2].Values["num_tokens"]);
    }

    [Fact]
    public void Run_EvaluationsThatTakeLong_ArePutOffAndChangeNothing()
    {
        var (clock, seen) = (new ManualClock(), new List<WorkProgress>());
        var plain = Job("run", "");
        var job = plain with
        {
            Options = plain.Options with { EvalMaxTimeShare = 0.2 },
            Clock = clock,
            RowsOf = step =>
            {
                clock.Advance(5);
                return plain.RowsOf(step);
            },
            Evaluate = (step, _) =>
            {
                clock.Advance(4);
                return (Scores(step), $"at {step}");
            },
        };
        using var model = job.Model;
        TrainingLoop.Run(job, new Recorded(seen), default);

        // 4 s at step 0, 10 s to each next. With another 4 s it is at 2: 8 of 18 s, at 4: 8 of 28, at 6: 8 of 38, at 8: 8 of 48, which fits, at 10: 12 of 62, which fits. The last always is made.
        var metrics = MetricsFile.Read(_folder["run"]);
        Assert.Equal([0, 8, 10, 12], metrics.Where(m => m.Values.ContainsKey("eval/mean/success")).Select(m => m.Step));
        Assert.Equal([(2, 4.0), (4, 4.0), (6, 4.0)], metrics.Where(m => m.Values.ContainsKey("eval/put_off")).Select(m => (m.Step, m.Values["eval/put_off"])));
        Assert.Contains(seen, progress => progress.Note.EndsWith(", evaluation put off: 4 s are more than eval_max_time_share 0.2", StringComparison.Ordinal));
        Run("undisturbed", "");
        Assert.Equal(File.ReadAllBytes(_folder["undisturbed/checkpoint-12/model.safetensors"]), File.ReadAllBytes(_folder["run/checkpoint-12/model.safetensors"]));
    }

    [Theory]
    [InlineData("stop", "Key 'early_stopping_patience' needs evaluations on validation instances: set eval_steps and eval_splits.")]
    [InlineData("best", "Key 'metric_for_best_model' needs evaluations on validation instances: set eval_steps and eval_splits.")]
    public void Run_ComparingEvaluationsThatAreNotMade_SaysWhichKeyAsksForThem(string feature, string message)
    {
        var job = Job("run", feature);
        using var model = job.Model;
        job = job with { Options = job.Options with { EvalSteps = 0 } };

        Assert.Equal(message, Assert.Throws<ArgumentException>(() => TrainingLoop.Run(job, null, default)).Message);
    }

    [Fact]
    public void Run_AveragingMoreCheckpointsThanThereAre_SaysSo()
    {
        var job = Job("run", "average");
        using var model = job.Model;
        job = job with { Options = job.Options with { AverageCheckpoints = 2, SaveSteps = 0 } };

        Assert.Equal(
            "Key 'average_checkpoints' is 2, but with save_steps 0 and max_steps 12 there are only 1 checkpoints.",
            Assert.Throws<ArgumentException>(() => TrainingLoop.Run(job, null, default)).Message);
    }

    [Fact]
    public void Run_ReportingToNone_WritesNoEventFile()
    {
        var job = Job("run", "");
        using var model = job.Model;
        TrainingLoop.Run(job with { Options = job.Options with { ReportTo = ReportTarget.None } }, null, default);
        Run("with", "");

        Assert.Empty(Directory.EnumerateFiles(_folder["run"], "events.*"));
        Assert.Single(Directory.EnumerateFiles(_folder["with"], "events.*"));
    }

    [Fact]
    public void Run_ResumedAfterAKill_CountsTokensOn()
    {
        Assert.Throws<Killed>(() => Run("run", "", beforeStep: step => _ = step == 9 ? throw new Killed() : 0));
        Run("run", "");

        // 3 rows a step, of 4 + 2, 5 + 3 and 6 + 4 tokens.
        var metrics = MetricsFile.Read(_folder["run"]).Where(m => m.Values.ContainsKey("num_tokens"));
        Assert.Equal(Enumerable.Range(1, Last).Select(step => (step, 24.0 * step, step / 10.0)), metrics.Select(m => (m.Step, m.Values["num_tokens"], m.Values["epoch"])));
    }

    private static Dictionary<string, double> Scores(int step) => new() { ["eval/mean/success"] = s_scores[step] / 1000 };

    private static Thaw.Learning.Models.Decoder Fresh() => TinyModels.Fresh();

    private (SortedDictionary<string, byte[]> Files, IReadOnlyList<string> Metrics) RunAll(string name, string feature)
    {
        Run(name, feature);
        var files = TemporaryFolder.ContentOf(_folder[name]);
        foreach (var timed in files.Keys.Where(key => key.StartsWith("events.", StringComparison.Ordinal) || key == MetricsFile.Name).ToList())
        {
            files.Remove(timed);
        }

        return (files, [.. MetricsFile.Read(_folder[name]).Select(record =>
            $"{record.Step}: {string.Join(", ", record.Values.Where(v => !MetricsFile.IsTime(v.Key)).Select(v => $"{v.Key}={v.Value:R}"))}")]);
    }

    private string Run(string name, string feature, Action<int>? beforeStep = null)
    {
        var job = Job(name, feature, beforeStep);
        using (job.Model)
        {
            return TrainingLoop.Run(job, null, default);
        }
    }

    private TrainingJob Job(string name, string feature, Action<int>? beforeStep = null)
    {
        var plain = new SftOptions
        {
            ModelNameOrPath = "none",
            OutputDir = _folder[name],
            MaxSteps = Last,
            SaveSteps = 5,
            LoggingSteps = 1,
            SaveTotalLimit = 2,
            PerDeviceTrainBatchSize = 3,
            LearningRate = 0.01,
            EvalSteps = 2,
            EvalSplits = ["id"],
            EvalMaxTimeShare = 1,
            PeakTflops = 1,
        };
        var options = feature switch
        {
            "accumulation" => plain with { GradientAccumulationSteps = 2 },
            "large" => plain with { PerDeviceTrainBatchSize = 6 },
            "checkpointing" => plain with { GradientCheckpointing = true },
            "neftune" => plain with { NeftuneNoiseAlpha = 5 },
            "ema" => plain with { EmaDecay = 0.8 },
            "stop" => plain with { EarlyStoppingPatience = 2 },
            "best" => plain with { LoadBestModelAtEnd = true, MetricForBestModel = "mean/success" },
            "average" => plain with { AverageCheckpoints = 2 },
            "all" => plain with
            {
                GradientAccumulationSteps = 2,
                GradientCheckpointing = true,
                NeftuneNoiseAlpha = 5,
                EmaDecay = 0.8,
                EarlyStoppingPatience = 2,
                LoadBestModelAtEnd = true,
            },
            _ => plain,
        };
        return new TrainingJob("training", options, Fresh(), RowsOf, folder => File.WriteAllText(Path.Combine(folder, DecoderFolder.ConfigName), "{}"))
        {
            Loss = LossPlan.CrossEntropy with { NeftuneAlpha = options.NeftuneNoiseAlpha, NeftuneSeed = options.Seed },
            RowsPerEpoch = 30,
            Evaluate = (step, _) => (Scores(step), "scores"),
        };

        IReadOnlyList<TrainingExample> RowsOf(int step)
        {
            beforeStep?.Invoke(step);
            return [.. Enumerable.Range(0, options.RowsPerUpdate).Select(i => TinyModels.Example($"{step}/{i}", 4 + (i % 3), 2 + (i % 3)))];
        }
    }

    private sealed class Recorded(List<WorkProgress> seen) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => seen.Add(value);
    }

    private sealed class Killed : Exception;
}
