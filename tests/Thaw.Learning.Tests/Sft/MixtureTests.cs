using Thaw.Core.Demonstrations;
using Thaw.Core.Progress;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Sft;
using Thaw.Learning.Sft.Linting;
using Thaw.Learning.Tests.Sft.Rows;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Sft;

public sealed class MixtureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public MixtureTests()
    {
        ChatModels.WriteTiny(_folder["base"]);
        File.WriteAllLines(_folder["chat.jsonl"], Enumerable.Range(0, 6).Select(i => $$"""{"prompt":"chat {{i}}","completion":"yes"}"""));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RowsOf_AMixture_HasEachSourceByItsWeightAndInItsOwnEpochs()
    {
        using var model = ModelFolder.Load(_folder["base"]);
        var data = SftData.Load(Options("run"), model);
        var chats = Enumerable.Range(1, 12).SelectMany(data.RowsOf).Where(row => model.Tokenizer.Decode(row.Ids).StartsWith("chat ", StringComparison.Ordinal)).ToList();

        // One row in four of 48 rows is 12: two whole epochs of six.
        Assert.Equal(12, chats.Count);
        Assert.Equal(6, chats.Take(6).Distinct().Count());
        Assert.Equal(6, chats.Skip(6).Distinct().Count());
        Assert.NotEqual(chats.Take(6), chats.Skip(6));
        Assert.Equal(
            [KeyValuePair.Create("mixture/sokoban-frozen/rows", 36.0), KeyValuePair.Create("mixture/sokoban-frozen/epoch", 4.5), KeyValuePair.Create("mixture/chat/rows", 12.0), KeyValuePair.Create("mixture/chat/epoch", 2.0)],
            data.MetricsOf(12));
    }

    [Fact]
    public void RowsOf_AnyStepAskedFirst_GivesTheSame()
    {
        using var model = ModelFolder.Load(_folder["base"]);
        var (first, second) = (SftData.Load(Options("run"), model), SftData.Load(Options("run"), model));
        for (var step = 1; step < 7; step++)
        {
            first.RowsOf(step);
        }

        Assert.Equal(first.RowsOf(7).Select(row => model.Tokenizer.Decode(row.Ids)), second.RowsOf(7).Select(row => model.Tokenizer.Decode(row.Ids)));
        Assert.Equal(second.RowsOf(2), second.RowsOf(2));
    }

    [Fact]
    public void RowsOf_NoWeights_GoesOverEveryRowOnceAnEpoch()
    {
        using var model = ModelFolder.Load(_folder["base"]);
        var options = Options("run");
        var data = SftData.Load(options with { DatasetMixture = [.. options.DatasetMixture.Select(source => source with { Weight = null })], PerDeviceTrainBatchSize = 14 }, model);

        Assert.Equal(14, data.Count);
        Assert.Equal(14, data.RowsOf(1).Distinct().Count());
        Assert.Equal([8 / 14.0, 6 / 14.0], data.Lint.Sources.Select(source => source.Share));
    }

    [Fact]
    public void Run_AMixtureThatWasInterrupted_EndsWithTheSameBytes()
    {
        var whole = SftRun.Run(Options("whole"), "test", null, default);
        using var cancellation = new CancellationTokenSource();
        var display = new Display(progress =>
        {
            if (progress.Done == 3)
            {
                cancellation.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => SftRun.Run(Options("interrupted"), "test", display, cancellation.Token));

        Assert.Equal(TemporaryFolder.ContentOf(whole), TemporaryFolder.ContentOf(SftRun.Run(Options("interrupted"), "test", display, default)));
        Assert.Equal(6.0, MetricsFile.Read(_folder["interrupted"])[^1].Values["mixture/chat/rows"]);
    }

    [Fact]
    public void Run_Findings_AreSaidAndWrittenBeforeTheFirstStep()
    {
        File.AppendAllLines(_folder["chat.jsonl"], ["""{"prompt":"chat 0","completion":"yes"}"""]);
        var display = new Display(_ => { });

        SftRun.Run(Options("run") with { MaxSteps = 1 }, "arm", display, default);

        Assert.Equal($"arm: warning duplicate-rows: 1 of 15 rows are there before, prompt and answer; first: {_folder["chat.jsonl"]}: line 7, as {_folder["chat.jsonl"]}: line 1", display.Lines[0]);
        Assert.Contains("\"rule\": \"duplicate-rows\"", File.ReadAllText(_folder["run/lint.json"]), StringComparison.Ordinal);
        Assert.Equal(2, display.Lines.Count);
    }

    [Theory]
    [InlineData(LintMode.Error, true)]
    [InlineData(LintMode.Warn, false)]
    [InlineData(LintMode.Off, false)]
    public void Run_AnErrorOfALinter_StopsWhereTheKeySaysSo(LintMode lint, bool stops)
    {
        File.WriteAllText(Path.Combine(_folder["base"], "chat_template.jinja"), ChatModels.ChatMl.Replace("<|im_end|>\\n", "", StringComparison.Ordinal).Replace("<|im_end|>", "", StringComparison.Ordinal));
        File.WriteAllLines(_folder["chat.jsonl"], ["""{"question":"a","answer":"b"}"""]);
        var options = Options("run") with { DatasetMixture = [], DatasetName = _folder["chat.jsonl"], Lint = lint, MaxSteps = 1 };

        if (stops)
        {
            var error = Assert.Throws<InvalidDataException>(() => SftRun.Run(options, "test", null, default));
            Assert.StartsWith("error end-of-turn-untrained: 1 of 1 rows ", error.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(_folder["run/metrics.jsonl"]));
        }
        else
        {
            SftRun.Run(options, "test", null, default);
        }

        Assert.Equal(lint != LintMode.Off, File.Exists(_folder["run/lint.json"]));
    }

    [Fact]
    public void Run_AModelThatListsNoStops_WritesThemIntoItsCheckpointsAndOneThatDoesKeepsItsFile()
    {
        var options = Options("listed") with { MaxSteps = 1 };
        Assert.Equal(
            File.ReadAllText(Path.Combine(_folder["base"], GenerationConfigFile.Name)),
            File.ReadAllText(Path.Combine(SftRun.Run(options, "test", null, default), GenerationConfigFile.Name)));

        // config.json stops at <|im_end|> alone; this template ends turns with another token.
        File.WriteAllText(Path.Combine(_folder["base"], GenerationConfigFile.Name), """{"temperature":0.6}""");
        File.WriteAllText(Path.Combine(_folder["base"], "chat_template.jinja"), ChatModels.ChatMl.Replace("<|im_end|>", "<|endoftext|>", StringComparison.Ordinal));
        File.WriteAllLines(_folder["chat.jsonl"], ["""{"question":"a","answer":"b"}"""]);
        var checkpoint = SftRun.Run(options with { OutputDir = _folder["unlisted"] }, "test", null, default);

        Assert.Equal("""{"temperature":0.6,"eos_token_id":[697,695]}""" + "\n", File.ReadAllText(Path.Combine(checkpoint, GenerationConfigFile.Name)));
        Assert.Equal([697, 695], GenerationConfigFile.ReadStopIds(checkpoint));
        Assert.Equal("""{"temperature":0.6}""", File.ReadAllText(Path.Combine(_folder["base"], GenerationConfigFile.Name)));
    }

    [Theory]
    [InlineData("dataset_mixture", "dataset_mixture")]
    [InlineData("weights", "dataset_mixture")]
    [InlineData("weight", "dataset_mixture[1].weight")]
    [InlineData("solver", "dataset_mixture[1].dataset_name")]
    [InlineData("name", "dataset_mixture[0].name")]
    [InlineData("share", "dataset_mixture[0].mark_share")]
    [InlineData("assistant_only_loss", "assistant_only_loss")]
    [InlineData("eos_token", "eos_token")]
    public void Validate_WhatDoesNotGoTogether_NamesItsKey(string fault, string key)
    {
        var good = Options("run");
        good.Validate();
        var (a, b) = (good.DatasetMixture[0], good.DatasetMixture[1]);
        var bad = fault switch
        {
            "dataset_mixture" => good with { DatasetName = "x" },
            "weights" => good with { DatasetMixture = [a, b with { Weight = null }] },
            "weight" => good with { DatasetMixture = [a, b with { Weight = 0 }] },
            "solver" => good with { DatasetMixture = [a, b with { Format = DemonstrationFormat.Cot }] },
            "name" => good with { DatasetMixture = [a with { Name = "x" }, b with { Name = "x" }] },
            "share" => good with { DatasetMixture = [a with { MarkShare = 2 }, b] },
            "eos_token" => good with { EosToken = "x", UsePeft = true },
            _ => good with { AssistantOnlyLoss = true, CompletionOnlyLoss = false },
        };

        Assert.StartsWith($"Key '{key}' ", Assert.Throws<ArgumentException>(bad.Validate).Message, StringComparison.Ordinal);
    }

    private SftOptions Options(string name) => new()
    {
        ModelNameOrPath = _folder["base"],
        OutputDir = _folder[name],
        DatasetMixture = [new DatasetSource { DatasetSize = 8, Weight = 3 }, new DatasetSource { DatasetName = _folder["chat.jsonl"], Weight = 1 }],
        PerDeviceTrainBatchSize = 4,
        MaxSteps = 6,
        LoggingSteps = 1,
        LearningRate = 0.01,
        WarmupRatio = 0,
    };

    private sealed class Display(Action<WorkProgress> report) : IProgress<WorkProgress>, IRemarks
    {
        public List<string> Lines { get; } = [];

        public void Report(WorkProgress value) => report(value);

        public void Say(string line) => Lines.Add(line);
    }
}
