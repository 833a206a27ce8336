using Thaw.Core.Demonstrations;
using Thaw.Core.Generation;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Learning.Collecting;

namespace Thaw.Learning.Tests.Collecting;

public sealed class CollectRunTests : IDisposable
{
    private const int Prompts = 40;

    private static readonly Dictionary<string, string> s_solved = TaskCatalog.Find("sokoban")
        .Demonstrate(new DemonstrationPlan(Diversity.Diverse, 1)).Take(Prompts).ToDictionary(row => row.Prompt, row => row.Completion);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_SolverAsTeacher_KeepsEveryRowAsItWroteIt()
    {
        var options = Options("solver") with { Teacher = TeacherKind.Solver, Endpoint = "", Model = "", Format = DemonstrationFormat.Cot };
        var result = CollectRun.Run(options, "test", null, default);

        var solver = TaskCatalog.Find("sokoban").Demonstrate(new DemonstrationPlan(Diversity.Diverse, 1, Format: DemonstrationFormat.Cot)).Take(Prompts);
        Assert.Equal(
            solver.Select(row => (row.Prompt, row.Completion, row.InstanceId, row.Split, row.Binding)),
            DemonstrationFile.Read(_folder["solver/train.jsonl"]).Select(row => (row.Prompt, row.Completion, row.InstanceId, row.Split, row.Binding)));
        Assert.Equal((Prompts, Prompts, 1.0, Prompts, 1.0), (result.Total.Prompts, result.Total.Kept, result.Total.Yield, result.Total.Samples, result.Total.MeanAttempts));
        Assert.Contains("moves", result.By.Keys);
    }

    [Fact]
    public void Run_TeacherThatIsRightSometimes_KeepsTheFirstThatIs()
    {
        var teacher = Sometimes(25);
        var result = Run(Options("some"), teacher);

        var samples = Samples("some");
        foreach (var prompt in samples.GroupBy(sample => sample.PromptId))
        {
            var first = prompt.FirstOrDefault(sample => sample.Correct);
            Assert.Equal(Enumerable.Range(0, prompt.Count()), prompt.Select(sample => sample.Attempt));
            Assert.Equal(first is null ? [] : [first.Attempt], prompt.Where(sample => sample.Kept).Select(sample => sample.Attempt));
            Assert.All(prompt.Where(sample => !sample.Kept), sample => Assert.Equal(sample.Correct ? RejectionReason.NotChosen : RejectionReason.Wrong, sample.Why));

            // Rounds of 1, 1, 2, 4, 8: what was needed decides how many were drawn.
            int[] rounds = [1, 2, 4, 8, 16];
            Assert.Equal(first is null ? 16 : rounds.First(end => end > first.Attempt), prompt.Count());
        }

        Assert.Equal(teacher.Asked, samples.Count);
        Assert.Equal(samples.Count(sample => sample.Kept), result.Rows);
        Assert.Equal(samples.Where(sample => sample.Kept).Average(sample => sample.Attempt + 1.0), result.Total.MeanAttempts, 1e-12);
        Assert.Equal(Prompts - result.Total.Kept, samples.GroupBy(sample => sample.PromptId).Count(prompt => prompt.All(sample => !sample.Correct)));
        Assert.InRange(result.Total.Kept, 30, Prompts);
        Assert.All(result.By["moves"].Values, group => Assert.InRange(group.Yield, 0, 1));
        Assert.Equal(Prompts, result.By["moves"].Values.Sum(group => group.Prompts));
    }

    [Fact]
    public void Run_KeepFirst_GivesTheRowsOfACollectionThatDrewAll()
    {
        Run(Options("first"), Sometimes(25));
        Run(Options("all") with { Keep = KeptSamples.All }, Sometimes(25));

        var first = Samples("all").GroupBy(sample => sample.PromptId).Select(prompt => prompt.FirstOrDefault(sample => sample.Correct)).OfType<Sample>();
        Assert.Equal(first.Select(sample => (sample.Prompt, sample.Completion)), Rows("first").Select(row => (row.Prompt, row.Completion)));
        Assert.Equal(Prompts * 16, Samples("all").Count);
    }

    [Theory]
    [InlineData(KeptSamples.Random)]
    [InlineData(KeptSamples.Shortest)]
    public void Run_OtherChoices_KeepOneCorrectSampleOfEachPrompt(KeptSamples keep)
    {
        Run(Options("x") with { Keep = keep }, new ScriptedTeacher((prompt, draw) => draw < 60 ? new string(' ', draw) + s_solved[prompt] : "no"));

        var prompts = Samples("x").GroupBy(sample => sample.PromptId).ToList();
        Assert.All(prompts, prompt => Assert.Equal(prompt.Any(sample => sample.Correct) ? 1 : 0, prompt.Count(sample => sample.Kept)));
        var kept = prompts.Select(prompt => (Kept: prompt.Single(sample => sample.Kept), Correct: prompt.Where(sample => sample.Correct).ToList())).ToList();
        if (keep == KeptSamples.Shortest)
        {
            Assert.All(kept, pair => Assert.Equal(pair.Correct.Min(sample => sample.CompletionTokens), pair.Kept.CompletionTokens));
        }
        else
        {
            Assert.Contains(kept, pair => pair.Kept != pair.Correct[0]);
            Assert.Contains(kept, pair => pair.Kept != pair.Correct.MinBy(sample => sample.CompletionTokens));
        }
    }

    [Fact]
    public void Run_KeepAll_TakesATextOnce()
    {
        Run(Options("all") with { Keep = KeptSamples.All }, new ScriptedTeacher((prompt, draw) => new string(' ', draw % 2) + s_solved[prompt]));

        Assert.All(Samples("all").GroupBy(sample => sample.PromptId), prompt =>
        {
            Assert.InRange(prompt.Count(sample => sample.Kept), 1, 2);
            Assert.Equal(prompt.Select(sample => sample.Completion).Distinct().Count(), prompt.Count(sample => sample.Kept));
            Assert.All(prompt.Where(sample => !sample.Kept), sample => Assert.Equal(RejectionReason.Duplicate, sample.Why));
        });
    }

    [Fact]
    public void Run_SamplesThatWereCutOff_AreNeverKept()
    {
        var result = Run(Options("cut"), new ScriptedTeacher((prompt, draw) => s_solved[prompt] + (draw < 70 ? "…" : "")));

        Assert.All(Samples("cut").Where(sample => sample.Kept), sample => Assert.Equal(FinishReason.Stop, sample.FinishReason));
        Assert.All(Samples("cut").Where(sample => sample.FinishReason == FinishReason.Length), sample => Assert.Equal(RejectionReason.Truncated, sample.Why));
        Assert.InRange(result.Total.TruncatedShare, 0.4, 0.9);
    }

    [Fact]
    public void Run_SamplesThatAreTooShort_AreNotKept()
    {
        // A correct answer of about 35 characters, here its tokens, or one with up to 99 spaces before it.
        var result = Run(Options("long") with { MinCompletionLength = 80 }, new ScriptedTeacher((prompt, draw) => new string(' ', draw) + s_solved[prompt]));

        Assert.All(Samples("long").Where(sample => sample.Kept), sample => Assert.True(sample.CompletionTokens >= 80));
        Assert.All(Samples("long").Where(sample => sample.CompletionTokens < 80), sample => Assert.Equal(RejectionReason.TooShort, sample.Why));
        Assert.InRange(result.Total.MeanAttempts, 1.1, 8);
        Assert.Equal(Prompts, result.Total.Kept);
    }

    [Fact]
    public void Run_InterruptedAnywhere_EndsWithTheSameBytes()
    {
        Run(Options("whole"), Sometimes(25));
        for (var (after, ended) = (30, false); !ended; after += 60)
        {
            try
            {
                Run(Options("again") with { Concurrency = 1 }, Sometimes(25, after));
                ended = true;
                Assert.True(after > 30, "The collection was never interrupted.");
            }
            catch (IOException error) when (error.Message == "gone")
            {
                Assert.False(File.Exists(_folder["again/yield.json"]));
            }
        }

        Assert.Equal(TemporaryFolder.ContentOf(_folder["whole"]), TemporaryFolder.ContentOf(_folder["again"]));
    }

    // A kill may leave half a line, or some of the samples of a prompt.
    [Theory]
    [InlineData(0.4)]
    [InlineData(0.77)]
    public void Run_KilledWhileWriting_EndsWithTheSameBytes(double share)
    {
        Run(Options("whole"), Sometimes(25));
        var bytes = File.ReadAllBytes(_folder["whole/samples.jsonl"]);
        Directory.CreateDirectory(_folder["killed"]);
        File.Copy(_folder["whole/collect.json"], _folder["killed/collect.json"]);
        File.WriteAllBytes(_folder["killed/samples.jsonl.partial"], bytes[..(int)(share * bytes.Length)]);
        var teacher = Sometimes(25);

        Run(Options("killed"), teacher);

        Assert.Equal(TemporaryFolder.ContentOf(_folder["whole"]), TemporaryFolder.ContentOf(_folder["killed"]));
        Assert.InRange(teacher.Asked, 1, Samples("whole").Count * 3 / 4);
    }

    [Fact]
    public void Run_ServedTeacher_KeepsItsAnswersUntilTheSamplesAreWritten()
    {
        var answers = _folder["rows/answers.jsonl"];
        Assert.ThrowsAny<Exception>(() => Collect(Sometimes(25, failsAfter: 3)));
        Assert.True(File.Exists(answers));

        Collect(Sometimes(25));
        Assert.False(File.Exists(answers));

        void Collect(ScriptedTeacher teacher) => CollectRun.Run(Options("rows"), "test", null, default, (_, journal) =>
        {
            File.WriteAllText(journal, "kept");
            return teacher;
        });
    }

    [Fact]
    public void Run_ThatIsDoneAndLostItsDataset_MakesItAgain()
    {
        Run(Options("rows"), Sometimes(25));
        var rows = File.ReadAllBytes(_folder["rows/train.jsonl"]);
        File.Delete(_folder["rows/train.jsonl"]);

        Run(Options("rows"), Sometimes(25, failsAfter: 0));
        Assert.Equal(rows, File.ReadAllBytes(_folder["rows/train.jsonl"]));

        File.Delete(_folder["rows/train.jsonl"]);
        File.WriteAllText(_folder["rows/samples.jsonl"], "");
        Assert.Contains("neither is samples.jsonl", Assert.Throws<InvalidDataException>(() => Run(Options("rows"), Sometimes(25))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ThatIsDone_AsksNothing()
    {
        var before = Run(Options("done"), Sometimes(25));
        var teacher = Sometimes(25);

        var again = Run(Options("done"), teacher);

        Assert.Equal(0, teacher.Asked);
        Assert.Equivalent(before, again, strict: true);
    }

    [Fact]
    public void Run_OtherSettingsInTheSameFolder_NamesTheLine()
    {
        Run(Options("claimed"), Sometimes(25));

        var error = Assert.Throws<InvalidDataException>(() => Run(Options("claimed") with { NumGenerations = 8 }, Sometimes(25)));

        Assert.Contains("says \"num_generations\": 16, now it is \"num_generations\": 8.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_PromptsOfAFile_GiveTheSamplesOfThoseOfTheTask()
    {
        Run(Options("task"), Sometimes(25));
        File.WriteAllLines(_folder["prompts.jsonl"], Rows("task").Select(row => System.Text.Json.JsonSerializer.Serialize(new { prompt = row.Prompt, instance_id = row.InstanceId, binding = row.Binding }, JsonFormat.Line)));

        Run(Options("file") with { DatasetName = _folder["prompts.jsonl"] }, Sometimes(25));

        Assert.Equal(Rows("task").Select(row => (row.Prompt, row.Completion, row.InstanceId, row.Binding)), Rows("file").Select(row => (row.Prompt, row.Completion, row.InstanceId, row.Binding)));
    }

    [Fact]
    public void Run_AnOffset_GivesWhatTheWholeCollectionHasThere()
    {
        Run(Options("whole"), Sometimes(25));
        Run(Options("rest") with { DatasetOffset = 30, DatasetSize = 10 }, Sometimes(25));

        Assert.Equal(Samples("whole").Where(sample => sample.PromptId >= 30).Select(Facts), Samples("rest").Select(Facts));

        static object Facts(Sample sample) => (sample.PromptId, sample.Attempt, sample.Seed, sample.Completion, sample.Kept);
    }

    [Fact]
    public void Run_ALineThatAsksNothing_IsNamed()
    {
        File.WriteAllText(_folder["prompts.jsonl"], "{\"prompt\":\"What is the capital of France?\"}\n");

        var error = Assert.Throws<InvalidDataException>(() => Run(Options("x") with { DatasetName = _folder["prompts.jsonl"] }, Sometimes(25)));

        Assert.Equal($"{_folder["prompts.jsonl"]}: line 1: holds no question of sokoban.", error.Message);
    }

    [Theory]
    [InlineData("model_name_or_path")]
    [InlineData("model")]
    [InlineData("temperature")]
    [InlineData("num_generations")]
    [InlineData("dataset_name")]
    public void Validate_ASettingThatMakesNoSense_NamesItsKey(string key)
    {
        var bad = key switch
        {
            "model_name_or_path" => Options("x") with { Endpoint = "", Model = "" },
            "model" => Options("x") with { Model = "" },
            "temperature" => Options("x") with { Temperature = 0 },
            "num_generations" => Options("x") with { NumGenerations = 0 },
            _ => Options("x") with { Teacher = TeacherKind.Solver, Endpoint = "", Model = "", DatasetName = "prompts.jsonl" },
        };

        Assert.StartsWith($"Key '{key}' ", Assert.Throws<ArgumentException>(bad.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AnUnknownScorer_NamesThoseThereAre()
    {
        var error = Assert.Throws<ArgumentException>(() => Run(Options("x") with { Scorer = "beauty" }, Sometimes(25)));

        Assert.Equal("Key 'scorer' names 'beauty'; sokoban has thaw, paper, paper-eval.", error.Message);
    }

    private static ScriptedTeacher Sometimes(int percent, int failsAfter = int.MaxValue) =>
        new((prompt, draw) => draw < percent ? s_solved[prompt] : "no idea") { FailsAfter = failsAfter };

    private static CollectYield Run(CollectOptions options, ScriptedTeacher teacher) => CollectRun.Run(options, "test", null, default, (_, _) => teacher);

    private List<Sample> Samples(string name) => [.. JsonLines.Read<Sample>(_folder[$"{name}/samples.jsonl"])];

    private List<Demonstration> Rows(string name) => [.. DemonstrationFile.Read(_folder[$"{name}/train.jsonl"])];

    private CollectOptions Options(string name) => new()
    {
        OutputDir = _folder[name],
        Endpoint = "http://localhost:1/v1",
        Model = "scripted",
        Diversity = Diversity.Diverse,
        DatasetSize = Prompts,
    };
}
