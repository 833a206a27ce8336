using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Sft;

public sealed class SftRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SftRunTests() => TinyModels.WriteSokobanFolder(_folder["base"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_OnRowsOfTheSolver_WritesMetricsAndACheckpointThatLoads()
    {
        var options = Options("sft") with { EvalSteps = 2, EvalInstances = 2, EvalSplits = ["id", "fake"], EvalMaxTimeShare = 1, FreezeEmbeddings = true };

        var checkpoint = SftRun.Run(options, "test", null, default);

        Assert.Equal(_folder["sft/checkpoint-4"], checkpoint);
        using var before = ModelFolder.Load(_folder["base"]);
        using var after = ModelFolder.Load(checkpoint);
        Assert.Equal(before.StopIds, after.StopIds);
        Assert.Equal(before.Decoder.Parameters[0].Value.ToFloats(), after.Decoder.Parameters[0].Value.ToFloats());
        Assert.NotEqual(before.Decoder.Parameters[2].Value.ToFloats(), after.Decoder.Parameters[2].Value.ToFloats());

        var metrics = MetricsFile.Read(_folder["sft"]);
        Assert.Equal([0, 1, 2, 2, 3, 4, 4], metrics.Select(record => record.Step));
        Assert.Equal(2.0, metrics[0].Values["eval/fake/n"]);
        Assert.True(metrics[5].Values["loss"] < metrics[1].Values["loss"]);
    }

    [Fact]
    public void Run_TheSameTwice_GivesTheSameBytes()
    {
        var (first, second) = (SftRun.Run(Options("a"), "a", null, default), SftRun.Run(Options("b"), "b", null, default));

        Assert.Equal(TemporaryFolder.ContentOf(first), TemporaryFolder.ContentOf(second));
    }

    [Fact]
    public void Run_ForEpochs_MakesTheirWholeBatches()
    {
        // 8 rows in batches of 3 are 2 steps a pass; the last 2 rows of it come first in the next.
        var checkpoint = SftRun.Run(Options("epochs") with { NumTrainEpochs = 1.5, PerDeviceTrainBatchSize = 3 }, "test", null, default);

        Assert.EndsWith("checkpoint-3", checkpoint, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OnADataset_TrainsOnCompletionAndEndOfTurnAlone()
    {
        DemonstrationFile.Write(_folder["rows.jsonl"], [new Demonstration("Rules:", " Up", "", "", "", "", 0, "", "")]);
        using var model = ModelFolder.Load(_folder["base"]);

        var row = SftData.Load(Options("sft") with { DatasetName = _folder["rows.jsonl"] }, model).RowsOf(1)[0];

        int[] completion = [.. model.Tokenizer.Encode(" Up"), model.Tokenizer.IdOf("<|im_end|>")];
        Assert.Equal([.. model.Tokenizer.Encode("Rules:"), .. completion], row.Ids);
        Assert.Equal(completion, row.Ids.Where((_, place) => row.IsTarget[place]));
    }

    [Fact]
    public void Load_DosePoolFormatAndSplit_AreThoseOfTheRows()
    {
        using var model = ModelFolder.Load(_folder["base"]);
        var options = Options("sft") with
        {
            Diversity = Diversity.Diverse,
            Dose = 2,
            Pool = "wide",
            Format = DemonstrationFormat.CotBrief,
            Split = "two-boxes",
            DatasetSize = 4,
            MaxLength = 4096,
        };
        var task = TaskCatalog.Find("sokoban");
        var plan = new DemonstrationPlan(Diversity.Diverse, options.Seed, Dose: 2, Pool: "wide", Format: DemonstrationFormat.CotBrief, Split: task.FindSplit("two-boxes"));

        var expected = task.Demonstrate(plan).Take(4).Select(row => model.Tokenizer.Encode(row.Prompt + row.Completion).Length).Order();

        // One token more: the end of the turn.
        Assert.Equal(expected, SftData.Load(options, model).RowsOf(1).Select(row => row.Ids.Length - 1).Order());
    }

    [Theory]
    [InlineData("fake", null, "Split fake has no demonstrations")]
    [InlineData("two-boxs", null, "'two-boxes'")]
    [InlineData(null, "wid", "'wide'")]
    public void Load_WhatTheTaskDoesNotHave_IsOneLine(string? split, string? pool, string clue)
    {
        using var model = ModelFolder.Load(_folder["base"]);
        var options = Options("sft") with { Diversity = pool is null ? Diversity.Frozen : Diversity.Diverse, Split = split, Pool = pool };

        Assert.Contains(clue, Assert.Throws<ArgumentException>(() => SftData.Load(options, model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RowsOf_OnePass_GivesEveryRowOnceAndTheNextPassAnotherOrder()
    {
        using var model = ModelFolder.Load(_folder["base"]);
        var options = Options("sft") with { DatasetSize = 12 };
        var data = SftData.Load(options, model);
        var first = Enumerable.Range(1, 3).SelectMany(data.RowsOf).ToList();
        var second = Enumerable.Range(4, 3).SelectMany(data.RowsOf).ToList();

        Assert.Equal(12, first.Distinct().Count());
        Assert.Equal(first.ToHashSet(), second.ToHashSet());
        Assert.NotEqual(first, second);

        // A step gives the same rows whatever was asked before.
        Assert.Equal(first.Take(4), data.RowsOf(1));
        Assert.Equal(first[4].Ids, SftData.Load(options, model).RowsOf(2)[0].Ids);
    }

    [Fact]
    public void Load_FrozenAndDiverse_ShowTheSamePositionsInOtherWords()
    {
        var (frozen, diverse) = (Rows(Diversity.Frozen), Rows(Diversity.Diverse));

        Assert.Equal(frozen.Select(row => row.InstanceId), diverse.Select(row => row.InstanceId));
        Assert.All(frozen.Zip(diverse), pair => Assert.NotEqual(pair.First.Completion, pair.Second.Completion));

        static IReadOnlyList<Demonstration> Rows(Diversity diversity) => [.. TaskCatalog.Find("sokoban").Demonstrate(new DemonstrationPlan(diversity, 1)).Take(20)];
    }

    [Fact]
    public void Run_MalformedLine_NamesFileLineAndCause()
    {
        File.WriteAllText(_folder["rows.jsonl"], "{\"prompt\":\"a\",\"completion\":\"b\"}\n{\"prompt\":\"a\"}\n");

        var error = Assert.Throws<InvalidDataException>(() => SftRun.Run(Options("sft") with { DatasetName = _folder["rows.jsonl"] }, "sft", null, default));

        Assert.Equal($"{_folder["rows.jsonl"]}: line 2: 'prompt' without 'completion'.", error.Message);
    }

    [Fact]
    public void Run_EmptyDataset_SaysSo()
    {
        File.WriteAllText(_folder["rows.jsonl"], "\n");

        var error = Assert.Throws<InvalidDataException>(() => SftRun.Run(Options("sft") with { DatasetName = _folder["rows.jsonl"] }, "sft", null, default));

        Assert.Equal($"{_folder["rows.jsonl"]}: no rows.", error.Message);
    }

    [Fact]
    public void Run_RowLongerThanAllowed_NamesItsNumberAndLength()
    {
        var error = Assert.Throws<InvalidDataException>(() => SftRun.Run(Options("sft") with { MaxLength = 20 }, "sft", null, default));

        Assert.Matches(
            "^sokoban: row 1 has [0-9]+ tokens, more than max_length 20; 8 of 8 rows are too long, the longest has ([0-9]+)\\. Give max_length \\1, or truncation drop, right or left\\.$", error.Message);
    }

    [Theory]
    [InlineData("max_steps")]
    [InlineData("micro_batch_size")]
    [InlineData("learning_rate")]
    [InlineData("default_binding_share")]
    [InlineData("mark_share")]
    [InlineData("model_name_or_path")]
    public void Validate_SettingOutOfItsRange_NamesItsKey(string key)
    {
        var good = Options("sft");
        good.Validate();
        var bad = key switch
        {
            "max_steps" => good with { MaxSteps = 0 },
            "micro_batch_size" => good with { MicroBatchSize = -1 },
            "learning_rate" => good with { LearningRate = double.NaN },
            "default_binding_share" => good with { DefaultBindingShare = 1.5 },
            "mark_share" => good with { MarkShare = -0.5 },
            _ => good with { ModelNameOrPath = "" },
        };

        Assert.StartsWith($"Key '{key}' ", Assert.Throws<ArgumentException>(bad.Validate).Message, StringComparison.Ordinal);
    }

    private SftOptions Options(string name) => new()
    {
        ModelNameOrPath = _folder["base"],
        OutputDir = _folder[name],
        DatasetSize = 8,
        PerDeviceTrainBatchSize = 4,
        MaxSteps = 4,
        LoggingSteps = 1,
        LearningRate = 0.01,
        WarmupRatio = 0,
        MaxCompletionLength = 4,
    };
}
