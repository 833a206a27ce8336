using System.Text.Json;
using Thaw.Core.Evaluation;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Points;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Evaluation;

public sealed class ResultsFileTests : IDisposable
{
    private static readonly SokobanTask s_task = new();
    private static readonly ResultsStamp s_stamp = new("base", "abc123", DateTimeOffset.UnixEpoch.AddSeconds(1.5), new Dictionary<string, string> { ["seed"] = "7" });

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_WhatWriteWrote_GivesTheSame()
    {
        var result = Evaluate();

        ResultsFile.Write(_folder.Path, result, s_stamp);
        var stored = ResultsFile.Read(_folder.Path);

        Assert.Equal(("sokoban", "base", "abc123", 1.5), (stored.Task, stored.ModelName, stored.GitHash, stored.Date));
        Assert.Equal(result.Splits.Keys, stored.Splits.Keys);
        Assert.All(result.Splits, split => Assert.Equal(JsonSerializer.Serialize(split.Value), JsonSerializer.Serialize(stored.Splits[split.Key])));
        Assert.Equal("7", stored.Config["seed"]);
    }

    [Fact]
    public void Read_Samples_GivesEveryTurnOfEveryEpisode()
    {
        var result = Evaluate();

        ResultsFile.Write(_folder.Path, result, s_stamp);
        var episodes = result.Splits.Keys.SelectMany(split => SamplesFile.Read(_folder[SamplesFile.NameFor("sokoban", split)])).ToList();

        Assert.Equal(result.Episodes.Select(episode => episode with { Turns = [] }), episodes.Select(episode => episode with { Turns = [] }));
        Assert.Equal(result.Episodes.SelectMany(episode => episode.Turns), episodes.SelectMany(episode => episode.Turns));
    }

    [Fact]
    public void Read_SamplesOfPoints_KeepWhichHandsAreTheSameCards()
    {
        var task = new PointsTask();
        var result = new Evaluator(task, PointsPlayers.Adding(), new EvaluationOptions { Instances = 80 }).Run([task.FindSplit("id")]);

        ResultsFile.Write(_folder.Path, result, s_stamp);
        var episodes = SamplesFile.Read(_folder[SamplesFile.NameFor("points", "id")]).ToList();

        Assert.Equal(result.Splits["id"].Distinct, ResultsFile.Read(_folder.Path).Splits["id"].Distinct);
        Assert.Equal(result.Episodes.Select(episode => episode.CanonicalId), episodes.Select(episode => episode.CanonicalId));
        Assert.NotEqual(result.Episodes[0].InstanceId, result.Episodes[0].CanonicalId);
    }

    [Fact]
    public void Write_Document_HasTheKeysOfTheHarness()
    {
        ResultsFile.Write(_folder.Path, Evaluate(), s_stamp);
        using var document = JsonDocument.Parse(File.ReadAllText(_folder[ResultsFile.FileName]));
        var root = document.RootElement;

        Assert.Equal(0, root.GetProperty("results").GetProperty("sokoban_numerical").GetProperty("success,none").GetDouble());
        Assert.Equal(0, root.GetProperty("results").GetProperty("sokoban_numerical").GetProperty("success_stderr,none").GetDouble());
        Assert.Equal(1, root.GetProperty("results").GetProperty("sokoban_id").GetProperty("validity,none").GetDouble());
        Assert.Equal(10, root.GetProperty("n-samples").GetProperty("sokoban_id").GetProperty("effective").GetInt32());
        Assert.True(root.GetProperty("higher_is_better").GetProperty("sokoban_id").GetProperty("success").GetBoolean());
        Assert.Equal(10, root.GetProperty("splits").GetProperty("numerical").GetProperty("reasons").GetProperty("training_word").GetInt32());
    }

    [Fact]
    public void Read_CutOffFile_NamesTheFile()
    {
        ResultsFile.Write(_folder.Path, Evaluate(), s_stamp);
        var path = _folder[ResultsFile.FileName];
        File.WriteAllText(path, File.ReadAllText(path)[..100]);

        Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => ResultsFile.Read(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_FrozenAgainstObedient_ComparesTheSameInstances()
    {
        var paired = PairedOutcomes.Of(Evaluate().Episodes, Evaluate(SokobanPlayers.Obedient()).Episodes, seed: 1);

        // All 10 of id are solved by both; all 10 of numerical by the obedient alone: p = 2 / 2^10.
        Assert.Equal((20, 0, 10), (paired.N, paired.OnlyA, paired.OnlyB));
        Assert.Equal(2.0 / 1024, paired.PValue, 1e-12);
        Assert.Equal(-0.5, paired.Difference.Estimate);
    }

    private static EvaluationResult Evaluate(ScriptedPlayer? player = null) => new Evaluator(
        s_task, player ?? SokobanPlayers.Frozen(), new EvaluationOptions { Instances = 10, Seed = 7 }).Run([s_task.FindSplit("id"), s_task.FindSplit("numerical")]);
}
