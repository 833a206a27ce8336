using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Core.Generation;
using Thaw.Core.Progress;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Generation;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Generation;

public sealed class GenerationRunTests : IDisposable
{
    private const string Prompts = """
        {"prompt":"You are a Sokoban solver.","id":"a","completion":"given","nested":{"n":[1,2]}}

        {"prompt":"Rules:","id":"b"}
        {"prompt":"You are","id":"c"}
        """;

    private static readonly SamplingOptions s_sampled = new() { Temperature = 1, MaxNewTokens = 6, Seed = 3 };

    private readonly TemporaryFolder _folder = new();
    private readonly ModelFolder _model;

    public GenerationRunTests() => _model = ModelFolder.Load(TinyModels.WriteSokobanFolder(_folder["model"]));

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_SeveralSamples_WritesThemInOrderWithAllKeysOfTheirPrompt()
    {
        var rows = Run(Job("out.jsonl", Prompts) with { LogProbabilities = 2 });

        Assert.Equal(["a", "a", "a", "b", "b", "b", "c", "c", "c"], rows.Select(row => (string)row["id"]!));
        Assert.Equal([0, 1, 2, 0, 1, 2, 0, 1, 2], rows.Select(row => (int)row["sample"]!));
        Assert.Equal(9, rows.Select(row => (string)row["completion"]!).Distinct().Count());
        Assert.Equal(("given", "[1,2]"), ((string)rows[0]["input_completion"]!, rows[0]["nested"]!["n"]!.ToJsonString()));
        Assert.All(rows, row => Assert.Equal((int)row["completion_tokens"]!, row["logprobs"]!["token_logprobs"]!.AsArray().Count));
        Assert.All(rows, row => Assert.Equal((int)row["completion_tokens"]! < 6 ? "stop" : "length", (string)row["finish_reason"]!));
        Assert.All(rows, row => Assert.All(row["logprobs"]!["top_logprobs"]!.AsArray(), top => Assert.Equal(2, top!.AsObject().Count)));
    }

    [Fact]
    public void Run_ModelWithMoreRowsThanTokens_WritesThoseAsNothing()
    {
        // As Qwen's are: two in three rows of this embedding belong to no token.
        var tokens = TinyModels.SokobanTokenizer.VocabularySize;
        using var model = ModelFolder.Load(TinyModels.WriteSokobanFolder(_folder["spare"], spareRows: 2 * tokens));
        GenerationRun.Run(Job("out.jsonl", Prompts) with { LogProbabilities = 2 }, model, progress: null, CancellationToken.None);

        var rows = File.ReadLines(_folder["out.jsonl"]).Select(line => JsonNode.Parse(line)!).ToList();
        var ids = rows.SelectMany(row => row["logprobs"]!["token_ids"]!.AsArray().Select(id => (int)id!)).ToList();
        Assert.Contains(ids, id => id >= tokens);
        Assert.All(rows, row => Assert.Equal(
            string.Concat(row["logprobs"]!["tokens"]!.AsArray().Select(text => (string)text!)).Replace("\uFFFD", "", StringComparison.Ordinal),
            ((string)row["completion"]!).Replace("\uFFFD", "", StringComparison.Ordinal)));
    }

    // The last line is looked at before the first is completed: mended later, the file would be another.
    [Theory]
    [InlineData("{\"prompt\":\"\"}", ": line 2: A prompt has no tokens.")]
    [InlineData("{\"text\":\"a\"}", ": line 2: expected a text as prompt, or a list of messages.")]
    public void Run_AnUnusablePrompt_EndsBeforeAnythingIsWritten(string line, string cause)
    {
        var job = Job("out.jsonl", "{\"prompt\":\"You are\"}\n" + line);

        Assert.EndsWith(cause, Assert.Throws<InvalidDataException>(() => Run(job)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.jsonl"]));
    }

    [Fact]
    public void Run_HalfASurrogateAndAMarkOfTheEncoding_AreRead()
    {
        File.WriteAllText(_folder["marked.jsonl"], "{\"prompt\":\"a\\ud83d\"}\n", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Single(Run(Job("out.jsonl", "") with { PromptPath = _folder["marked.jsonl"], Samples = 1 }));
    }

    [Fact]
    public void Run_ModelWithAWeightThatIsNoNumber_SaysSo()
    {
        using (var noGrad = new NoGradScope())
        using (var scope = new TensorScope())
        {
            _model.Decoder.FinalNorm.Scale.CopyFrom(_model.Decoder.FinalNorm.Scale * double.NaN);
        }

        Assert.StartsWith("The model's logits are not finite", Assert.Throws<InvalidDataException>(() => Run(Job("out.jsonl", Prompts))).Message, StringComparison.Ordinal);
    }

    // Any byte, wherever it is.
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9999)]
    public void Fingerprint_OfAFolderWithOneOtherByte_IsAnother(double place)
    {
        var before = ModelFingerprint.Of(_folder["model"]);
        var weights = File.ReadAllBytes(_folder["model/model.safetensors"]);
        weights[(int)(weights.Length * place)] ^= 1;
        File.WriteAllBytes(_folder["model/model.safetensors"], weights);

        Assert.NotEqual(before, ModelFingerprint.Of(_folder["model"]));
    }

    [Fact]
    public void Run_OtherWeightsUnderTheSameName_IsRefused()
    {
        Run(Job("out.jsonl", Prompts) with { ModelFingerprint = ModelFingerprint.Of(_folder["model"]) });
        TinyModels.WriteSokobanFolder(_folder["model"], seed: 2);

        var error = Assert.Throws<IOException>(() => Run(Job("out.jsonl", Prompts) with { ModelFingerprint = ModelFingerprint.Of(_folder["model"]) }));
        Assert.Contains("was begun with model_fingerprint", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_CutOffInALine_GoesOnBehindTheLastWholeOne()
    {
        var job = Job("out.jsonl", Prompts);
        Run(job);
        var whole = File.ReadAllBytes(job.OutPath);
        for (var cut = 0; cut < whole.Length; cut += 97)
        {
            File.WriteAllBytes(job.OutPath, whole[..cut]);
            var (written, _) = GenerationRun.Run(job, _model, null, default);

            Assert.Equal(9 - whole[..cut].Count(b => b == '\n'), written);
            Assert.Equal(whole, File.ReadAllBytes(job.OutPath));
        }
    }

    [Fact]
    public void Run_Interrupted_KeepsWhatWasWritten()
    {
        var job = Job("out.jsonl", Prompts) with { Limits = new EngineLimits { MaxRows = 2 } };
        using var interrupt = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => GenerationRun.Run(job, _model, new AfterOne(interrupt), interrupt.Token));
        var kept = File.ReadAllText(job.OutPath);

        Run(job);

        Assert.InRange(kept.Count(c => c == '\n'), 1, 8);
        Assert.StartsWith(kept, File.ReadAllText(job.OutPath), StringComparison.Ordinal);
        Assert.Equal(Run(Job("other.jsonl", Prompts)).Select(row => row.ToJsonString()), File.ReadLines(job.OutPath).Select(line => JsonNode.Parse(line)!.ToJsonString()));
    }

    [Theory]
    [InlineData("""{"prompt":1}""", "line 1: expected a text as prompt, or a list of messages.")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "line 1: a chat, but the model has no chat template.")]
    [InlineData("{\"prompt\":\"a\"}\n{\"prompt\":", "line 2")]
    [InlineData("[]", "line 1")]
    [InlineData("""{"prompt":""}""", "line 1: A prompt has no tokens.")]
    public void Run_BadLine_SaysWhere(string lines, string clue)
    {
        var job = Job("out.jsonl", lines);
        var error = Assert.Throws<InvalidDataException>(() => GenerationRun.Run(job, _model, null, default));

        Assert.Contains($"prompts.jsonl: {clue}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OtherSettingsOrPromptsThanBefore_Refuses()
    {
        var job = Job("out.jsonl", Prompts);
        Run(job);
        var before = File.ReadAllBytes(job.OutPath);

        AssertRefused(job with { Sampling = s_sampled with { Temperature = 0.5 } }, "temperature 1, not 0.5");
        AssertRefused(job with { Samples = 2 }, "samples 3, not 2");
        AssertRefused(job with { Sampling = s_sampled with { StopStrings = ["x"] } }, "stop [], not [\"x\"]");
        AssertRefused(Job("out.jsonl", Prompts + "\n{\"prompt\":\"more\"}"), "prompts_sha256");
        Assert.Equal(before, File.ReadAllBytes(job.OutPath));
    }

    private void AssertRefused(GenerationJob job, string clue) =>
        Assert.Contains(clue, Assert.Throws<IOException>(() => GenerationRun.Run(job, _model, null, default)).Message, StringComparison.Ordinal);

    [Fact]
    public void Run_AFileOfUnknownOrigin_IsLeftAlone()
    {
        var job = Job("out.jsonl", Prompts);
        File.WriteAllText(job.OutPath, "{}\n");

        Assert.Throws<IOException>(() => GenerationRun.Run(job, _model, null, default));
        Assert.Equal("{}\n", File.ReadAllText(job.OutPath));
    }

    [Fact]
    public void Run_AChat_IsWrittenByTheModelsTemplate()
    {
        File.WriteAllText(Path.Combine(_model.Path, "chat_template.jinja"), "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}");
        var greedy = SamplingOptions.Greedy with { MaxNewTokens = 4 };
        var chats = "{\"messages\":[{\"role\":\"user\",\"content\":\"Rules\"}]}\n{\"prompt\":[{\"role\":\"user\",\"content\":\"Rules\"}]}\n{\"prompt\":\"[user] Rules\\n[assistant]\"}";

        var rows = Run(Job("out.jsonl", chats) with { Sampling = greedy, Samples = 1 });

        Assert.Single(rows.Select(row => (string)row["completion"]!).Distinct());
        Assert.Single(rows.Select(row => (int)row["prompt_tokens"]!).Distinct());
    }

    private GenerationJob Job(string output, string prompts)
    {
        var path = _folder["prompts.jsonl"];
        File.WriteAllText(path, prompts);
        return new GenerationJob(path, _folder[output], 3, s_sampled) { ModelName = "model" };
    }

    private List<JsonObject> Run(GenerationJob job)
    {
        GenerationRun.Run(job, _model, null, default);
        return [.. File.ReadLines(job.OutPath).Select(line => JsonSerializer.Deserialize<JsonObject>(line)!)];
    }

    private sealed class AfterOne(CancellationTokenSource interrupt) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            if (value.Done > 0)
            {
                interrupt.Cancel();
            }
        }
    }
}
