using System.Text.Json.Nodes;
using Thaw.Core.Reports;
using Thaw.Learning.Analysis;
using Thaw.Learning.Tests;

namespace Thaw.Cli.Tests.Verbs;

public sealed class AnalyseCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _base;
    private readonly string _tuned;

    public AnalyseCommandTests()
    {
        _base = TinyModels.WriteSokobanFolder(Path.Combine(_folder.Path, "base"));
        _tuned = TinyModels.WriteSokobanFolder(Path.Combine(_folder.Path, "run/checkpoint-7"), seed: 2);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Distance_WithJson_PrintsAllParts()
    {
        var result = await Json("analyse", "distance", "--model", _tuned, "--base", _base, "--json");

        Assert.True((double)result["all"]!["l2"]! > 0);
        Assert.Equal(["embedding", "attention", "mlp", "norm"], result["kinds"]!.AsObject().Select(kind => kind.Key));
        Assert.Equal(2, result["layers"]!.AsArray().Count);
        Assert.Equal((int)result["all"]!["tensors"]!, result["tensors"]!.AsArray().Count);
    }

    [Fact]
    public async Task Drift_WithAFolder_DrawsThePage()
    {
        var output = Path.Combine(_folder.Path, "drift");
        var result = await Json("analyse", "drift", "--run", Path.GetDirectoryName(_tuned)!, "--base", _base, "--out", output, "--json");

        Assert.Equal(("base", "7"), ((string)result["columns"]![0]!["from"]!, (string)result["columns"]![0]!["to"]!));
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(output, "drift.html")), StringComparison.Ordinal);
        Assert.Equal(["base", "checkpoint"], RunFile.Read(output).Inputs.Select(input => input.Role).Distinct());
    }

    [Theory]
    [InlineData("distance")]
    [InlineData("kl", "--splits", "id", "--completions", "base", "--instances", "2", "--max-new-tokens", "3")]
    public async Task AnAnalysis_WithAFolder_LeavesItsResultAndHowToMakeItAgain(string verb, params string[] more)
    {
        var output = Path.Combine(_folder.Path, "out of " + verb);
        var printed = await Json(["analyse", verb, "--model", _tuned, "--base", _base, .. more, "--out", output, "--json"]);

        var stamp = RunFile.Read(output);
        Assert.True(JsonNode.DeepEquals(printed, JsonNode.Parse(File.ReadAllText(Path.Combine(output, $"{verb}.json")))));
        Assert.Equal(["model", "base"], stamp.Inputs.Select(input => input.Role).Distinct());
        Assert.Contains($"thaw analyse {verb} ", stamp.CommandLine, StringComparison.Ordinal);
        Assert.True(stamp.Duration > TimeSpan.Zero);
    }

    [Fact]
    public async Task Kl_WithJson_PrintsEachSet()
    {
        var result = await Json(
            "analyse", "kl", "--model", _tuned, "--base", _base, "--splits", "id,fake", "--completions", "base", "--instances", "2", "--max-new-tokens", "3", "--json");

        Assert.Equal(["id", "fake", "neutral"], result["results"]!.AsArray().Select(set => (string)set!["set"]!));
        Assert.Equal("base", (string)result["results"]![0]!["completions"]!);
        Assert.True((double)result["results"]![2]!["forward"]! > 0);
    }

    [Fact]
    public async Task Interpolate_AsATable_HasARowForEachShare()
    {
        var run = await CommandRun.Of(
            "analyse", "interpolate", "--model", _tuned, "--base", _base, "--splits", "id", "--alphas", "0,0.5", "--instances", "2", "--max-new-tokens", "2", "--out", Path.Combine(_folder.Path, "out"));

        Assert.Equal(0, run.Code);
        Assert.Equal(["alpha", "0", "0.5", "Success,"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
    }

    [Theory]
    [InlineData("kl --completions tune", "thaw: unknown completions 'tune'; the nearest known one is 'tuned'")]
    [InlineData("kl --task sokban", "thaw: unknown task 'sokban'")]
    [InlineData("interpolate --alphas 0,x --out o", "thaw: --alphas: a number from 0 to 1 is expected, not 'x'")]
    [InlineData("interpolate --alphas 2 --out o", "thaw: alphas: numbers from 0 to 1 are expected, not '2'.")]
    [InlineData("interpolate --splits numerica --out o", "thaw: unknown sokoban split 'numerica'; the nearest known one is 'numerical'")]
    [InlineData("kl --splits numerica", "thaw: unknown sokoban split 'numerica'; the nearest known one is 'numerical'")]
    public async Task AnyVerb_WrongUsage_IsOneLine(string arguments, string start)
    {
        var run = await CommandRun.Of(["analyse", .. arguments.Split(' '), "--model", _tuned, "--base", _base]);

        Assert.Equal(2, run.Code);
        Assert.StartsWith(start, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Distance_NoSuchFolder_IsOneLine()
    {
        var run = await CommandRun.Of("analyse", "distance", "--model", "nowhere", "--base", _base);

        Assert.Equal((1, "thaw: nowhere: no such folder."), (run.Code, Assert.Single(run.ErrorLines)));
    }

    [Fact]
    public async Task Study_WithATable_WritesItBetweenTheMarks()
    {
        var document = _folder.Write("doc.md", $"# Title\n{StudyTable.Begin}\n{StudyTable.End}\n");
        var study = _folder.Write("study.yaml", $$"""
            model_name_or_path: {{_base}}
            output_dir: {{_folder.Path}}/study
            splits: [id, fake]
            instances: 2
            training: { max_steps: 2, per_device_train_batch_size: 2, dataset_size: 4, max_completion_length: 2 }
            arms:
              nll: {}
              kl: { kl_coef: 0.5 }
            """);

        var run = await CommandRun.Of("study", "--config", study, "--table", document);

        Assert.Equal(0, run.Code);
        Assert.Contains("\n| kl | `kl_coef: 0.5` | 0.", File.ReadAllText(document), StringComparison.Ordinal);
        Assert.StartsWith("# Title\n", File.ReadAllText(document), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Study_WithATableThatHasNoPlace_DoesNothing()
    {
        var document = _folder.Write("doc.md", "# Title\n");
        var run = await CommandRun.Of("study", "--config", Path.Combine(Repository.Root, "studies/objectives.yaml"), "--output_dir", Path.Combine(_folder.Path, "study"), "--table", document);

        Assert.Equal(1, run.Code);
        Assert.StartsWith($"thaw: {document}: has no place for a table", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "study")));
    }

    private static async Task<JsonObject> Json(params string[] arguments)
    {
        var run = await CommandRun.Of(arguments);
        Assert.True(run.Code == 0, run.Error);
        return JsonNode.Parse(run.Output)!.AsObject();
    }
}
