using System.Text.Json.Nodes;
using Thaw.Learning.Tests;

namespace Thaw.Cli.Tests.Verbs;

/// <summary>Wrong input to the verbs that read models and data: one line on stderr that names file, place and cause, and the right exit code.</summary>
public sealed class BadInputTests : IDisposable
{
    private static readonly string s_golden = Path.Combine(Repository.Root, "tests", "golden", "models", "qwen3-micro");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("eval --model MODEL --task sokobn", "unknown task 'sokobn'; the nearest known one is 'sokoban'")]
    [InlineData("eval --model MODEL --splits id,numerica", "unknown sokoban split 'numerica'; the nearest known one is 'numerical'")]
    [InlineData("eval --model MODEL --instances 0", "--instances: must be positive, not 0")]
    [InlineData("eval --model MODEL --max-new-tokens 0", "--max-new-tokens: must be positive, not 0")]
    [InlineData("eval --model MODEL --max-new-tokens few", "--max-new-tokens must be a whole number, not 'few'")]
    [InlineData("eval --model MODEL --instances few", "--instances must be a whole number, not 'few'")]
    [InlineData("generate --model MODEL --file NONE --out OUT --batch-size 0", "--batch-size: must be positive, not 0")]
    [InlineData("eval --model MODEL --temperature 0,5", "--temperature must be a number, not '0,5'")]
    [InlineData("eval --model MODEL --splits id,id", "--splits: 'id' is there twice")]
    [InlineData("analyse kl --model MODEL", "--base is required; 'thaw analyse kl --help' shows an example")]
    [InlineData("eval --model MODEL --top-p 1.5", "--top-p: must lie between 0 and 1, not 1.5")]
    [InlineData("eval --model MODEL --dtype bfloat", "--dtype: unknown type 'bfloat'; the nearest known one is 'bfloat16'")]
    [InlineData("verify --model MODEL --reference NONE --dtype float16", "--dtype: float32 or bfloat16 is expected, not 'float16'")]
    [InlineData("merge --model MODEL --adapter NONE --out OUT --max-shard-size large", "--max-shard-size: a size such as 5GB is expected, not 'large'")]
    [InlineData("merge --model MODEL --out OUT", "--adapter is required")]
    [InlineData("sft --dtype float33", "--dtype: dtype must be one of default, auto, float32, bfloat16, float16, not 'float33'")]
    [InlineData("eval --model M --endpoint http://127.0.0.1:1/v1 --continue-opening", "--continue-opening has a meaning only with --api chat")]
    [InlineData("eval --model MODEL --top-k -1", "--top-k: must not be negative, but is -1")]
    [InlineData("eval", "--model is required")]
    [InlineData("verify --model MODEL", "--reference is required")]
    [InlineData("sft --lerning_rate 1", "unknown flag '--lerning_rate'; the nearest known one is '--learning_rate'")]
    [InlineData("sft --max_steps many", "--max_steps: max_steps must be a whole number, not 'many'.")]
    public async Task RunAsync_WrongUsage_IsOneLineAndExitCode2(string line, string clue) => AssertOneLine(await Run(line), ExitCode.Usage, clue);

    [Theory]
    [InlineData("eval --model NONE", "NONE: no such folder.")]
    [InlineData("sft --model_name_or_path NONE --output_dir OUT", "NONE: no such folder.")]
    [InlineData("verify --model NONE --reference GOLDEN/reference.json", "NONE: no such folder.")]
    [InlineData("verify --model GOLDEN --reference NONE", "NONE")]
    [InlineData("verify --model GOLDEN --reference GOLDEN", "GOLDEN: is a folder, not a file.")]
    [InlineData("tokenize --model MODEL --file MODEL", "/model: is a folder, not a file.")]
    [InlineData("eval --model GOLDEN", "GOLDEN/tokenizer.json: there is no such tokenizer file.")]
    [InlineData("eval --model MODEL --device gpu", "'gpu' is no device. Known: auto, cpu, cuda, cuda:N.")]
    [InlineData("eval --model MODEL --device cuda:77", "cuda:77: this libtorch ")]
    [InlineData("eval --model MODEL --dtype float16 --device cpu", "float16 is multiplied on CUDA devices only; the CPU has bfloat16 and float32.")]
    [InlineData("eval --model MODEL --adapter NONE", "NONE: no such folder.")]
    [InlineData("eval --model MODEL --adapter MODEL", "/adapter_config.json: no such file.")]
    [InlineData("merge --model MODEL --adapter NONE --out OUT", "NONE: no such folder.")]
    [InlineData("merge --model NONE --adapter NONE --out OUT", "NONE/config.json: no such file.")]
    [InlineData("merge --model MODEL --adapter MODEL --out MODEL", "model: is there already; name a new folder.")]
    [InlineData("sft --model_name_or_path MODEL --output_dir OUT --use_peft true --lora_target_modules q_prj", "'q_prj' is no projection of the layers; the nearest known target is 'q_proj'.")]
    [InlineData("sft --model_name_or_path MODEL --output_dir OUT --use_peft true --lora_r 0", "Key 'lora_r' must be positive, not 0.")]
    [InlineData("sft --output_dir OUT", "Key 'model_name_or_path' is missing.")]
    [InlineData("sft --model_name_or_path MODEL --output_dir OUT --max_steps 0", "Key 'max_steps' must be positive, not 0.")]
    [InlineData("sft --model_name_or_path MODEL --output_dir OUT --dataset_name NONE", "NONE")]
    public async Task RunAsync_InputThatIsNotThere_IsOneLineAndExitCode1(string line, string clue) => AssertOneLine(await Run(line), ExitCode.Failed, clue);

    [Theory]
    [InlineData("eval --model BROKEN")]
    [InlineData("verify --model BROKEN --reference GOLDEN/reference.json")]
    [InlineData("sft --model_name_or_path BROKEN --output_dir OUT")]
    public async Task RunAsync_TruncatedWeights_AreNamed(string line)
    {
        var weights = Path.Combine(Broken(), "model.safetensors");
        using (var stream = File.Open(weights, FileMode.Open))
        {
            stream.SetLength(stream.Length - 1);
        }

        AssertOneLine(await Run(line), ExitCode.Failed, weights + ": ");
    }

    [Fact]
    public async Task RunAsync_HeaderLengthBeyondTheFile_IsNamed()
    {
        var weights = Path.Combine(Broken(), "model.safetensors");
        using (var stream = File.Open(weights, FileMode.Open))
        {
            stream.Write(BitConverter.GetBytes(long.MaxValue / 2));
        }

        AssertOneLine(await Run("eval --model BROKEN"), ExitCode.Failed, weights + ": ");
    }

    [Fact]
    public async Task RunAsync_MalformedLineOfADataset_NamesItsNumber()
    {
        var file = _folder.Write("rows.jsonl", "{\"prompt\":\"a\",\"completion\":\"b\"}\n{\"prompt\":\"a\",\n");

        AssertOneLine(await Run($"sft --model_name_or_path MODEL --output_dir OUT --dataset_name {file}"), ExitCode.Failed, $"{file}: line 2: ");
    }

    [Theory]
    [InlineData("{\"input_ids\": [[1,2]]}", "line 1: ")]
    [InlineData("{\n\"input_ids\": [[1,\n", "line 3: ")]
    public async Task RunAsync_MalformedReference_NamesTheLine(string json, string clue)
    {
        var file = _folder.Write("reference.json", json);

        AssertOneLine(await Run($"verify --model GOLDEN --reference {file}"), ExitCode.Failed, $"{file}: {clue}");
    }

    // What is not there cannot differ: a comparison with nothing must not say that a model agrees.
    [Theory]
    [InlineData("logits_first_row", "[]")]
    [InlineData("logits_last", "[[1.0]]")]
    [InlineData("grad_norms", "{}")]
    [InlineData("labels", "[[1]]")]
    [InlineData("input_ids", "[]")]
    [InlineData("adamw.losses", "[]")]
    public async Task RunAsync_ReferenceThatLacksNumbers_NamesTheKey(string key, string value)
    {
        var reference = JsonNode.Parse(File.ReadAllText(Path.Combine(s_golden, "reference.json")))!;
        var parts = key.Split('.');
        (parts.Length > 1 ? reference[parts[0]]! : reference)[parts[^1]] = JsonNode.Parse(value);
        var file = _folder.Write("reference.json", reference.ToJsonString());

        AssertOneLine(await Run($"verify --model GOLDEN --reference {file}"), ExitCode.Failed, $"{file}: key '{key}' ");
    }

    [Theory]
    [InlineData("eval --model MODEL --out FILE/out")]
    [InlineData("sft --model_name_or_path MODEL --output_dir FILE/out")]
    public async Task RunAsync_OutputFolderThatCannotBe_IsNamedBeforeAnyWork(string line)
    {
        var file = _folder.Write("file", "");

        AssertOneLine(await Run(line), ExitCode.Failed, $"{file}/out: cannot be used as output folder: ");
    }

    [Fact]
    public async Task RunAsync_ModelThatIsNotItsReference_PrintsNumbersAndExitCode1()
    {
        var reference = JsonNode.Parse(File.ReadAllText(Path.Combine(s_golden, "reference.json")))!;
        reference["loss"] = (double)reference["loss"]! + 0.5;
        var file = _folder.Write("reference.json", reference.ToJsonString());

        var run = await Run($"verify --model GOLDEN --reference {file} --json");

        Assert.Equal(ExitCode.Failed, run.Code);
        var numbers = JsonNode.Parse(run.Output.TrimEnd().Split('\n')[^1])!;
        Assert.Equal(0.5, (double)numbers["loss_abs"]!, 1e-4);
        Assert.InRange((double)numbers["logits_max_abs"]!, 0, 1e-4);
    }

    private static void AssertOneLine(CommandRun run, int code, string clue)
    {
        Assert.Equal(code, run.Code);
        var line = Assert.Single(run.ErrorLines);
        Assert.StartsWith("thaw: ", line, StringComparison.Ordinal);
        Assert.Contains(clue.Replace("GOLDEN", s_golden, StringComparison.Ordinal).Replace("NONE", "/no/such/place", StringComparison.Ordinal), line, StringComparison.Ordinal);
        Assert.DoesNotContain("this is a bug", line, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    // A copy of the golden model, to be damaged.
    private string Broken()
    {
        var path = Path.Combine(_folder.Path, "broken");
        Directory.CreateDirectory(path);
        foreach (var file in Directory.EnumerateFiles(s_golden))
        {
            File.Copy(file, Path.Combine(path, Path.GetFileName(file)));
        }

        return path;
    }

    private Task<CommandRun> Run(string line) => CommandRun.Of([.. line.Split(' ').Select(word => word
        .Replace("MODEL", word.Contains("MODEL", StringComparison.Ordinal) ? TinyModels.WriteSokobanFolder(Path.Combine(_folder.Path, "model")) : "", StringComparison.Ordinal)
        .Replace("GOLDEN", s_golden, StringComparison.Ordinal)
        .Replace("NONE", "/no/such/place", StringComparison.Ordinal)
        .Replace("BROKEN", Path.Combine(_folder.Path, "broken"), StringComparison.Ordinal)
        .Replace("FILE", Path.Combine(_folder.Path, "file"), StringComparison.Ordinal)
        .Replace("OUT", Path.Combine(_folder.Path, "out"), StringComparison.Ordinal))]);
}
