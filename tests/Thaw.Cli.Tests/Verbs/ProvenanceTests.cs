using System.Security.Cryptography;
using Thaw.Cli.Provenance;
using Thaw.Core.Demonstrations;
using Thaw.Core.Reports;
using Thaw.Core.Storage;
using Thaw.Learning.Tests;
using Thaw.Learning.Training;

namespace Thaw.Cli.Tests.Verbs;

/// <summary>What a run leaves beside its results is enough to make the same bytes again.</summary>
public sealed class ProvenanceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _output;

    public ProvenanceTests()
    {
        _model = TinyModels.WriteSokobanFolder(Path.Combine(_folder.Path, "model"));
        _output = Path.Combine(_folder.Path, "out folder");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sft_TheRecordedCommandAgain_GivesTheSameBytes()
    {
        var rows = Path.Combine(_folder.Path, "rows.jsonl");
        DemonstrationFile.Write(rows, [new Demonstration("Rules:", " Up", "", "", "", "", 0, "", ""), new Demonstration("Rule:", " Down", "", "", "", "", 0, "", "")]);
        string[] arguments =
        [
            "sft", "--model_name_or_path", _model, "--output_dir", _output, "--dataset_name", rows, "--max_steps", "4", "--per_device_train_batch_size", "2", "--logging_steps=1",
            "--eval_steps", "2", "--eval_splits", "id,fake", "--eval_instances", "1", "--eval_max_time_share", "1", "--max_completion_length", "3", "--ema_decay", "0.5",
            "--neftune_noise_alpha", "5", "--gradient_accumulation_steps", "2", "--early_stopping_patience", "9", "--seed", "5",
        ];
        await Run(arguments);
        var (first, metrics, stamp) = (Files(), Metrics(), RunFile.Read(_output));

        Directory.Delete(_output, recursive: true);
        await Run(Words(stamp.CommandLine)[1..]);

        Assert.Equal(metrics, Metrics());
        Assert.Equal(first.Keys, Files().Keys);
        Assert.All(first, file => Assert.True(file.Value.SequenceEqual(Files()[file.Key]), file.Key));
        Assert.Equal(stamp.Inputs, RunFile.Read(_output).Inputs);
    }

    [Fact]
    public async Task Sft_Record_SaysConfigurationVersionsSeedAndWhatWasRead()
    {
        await Run("sft", "--model_name_or_path", _model, "--output_dir", _output, "--max_steps", "1", "--dataset_size", "4", "--per_device_train_batch_size", "2", "--seed", "7");

        var stamp = RunFile.Read(_output);
        Assert.Equal(Cli.Verbs.VersionCommand.Version, stamp.Commit);
        Assert.Equal(File.ReadAllText(Path.Combine(_output, "sft.yaml")), stamp.Configuration);
        Assert.Equal([7UL], stamp.Seeds);
        Assert.Equal([".NET", "libtorch"], stamp.Libraries.Select(library => library.Name));
        Assert.True(int.Parse(stamp.Machine["threads"], System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.Contains("OpenBLAS", stamp.Machine["blas"] + " MKL OpenBLAS", StringComparison.Ordinal);
        Assert.True(stamp.Duration > TimeSpan.Zero);
        var weights = Assert.Single(stamp.Inputs, input => input.Name.EndsWith("model.safetensors", StringComparison.Ordinal));
        Assert.Equal(("model", Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(_model, "model.safetensors"))))), (weights.Role, weights.Sha256));
        Assert.Contains(new RunInput("dataset", "4 rows of the solver of sokoban, as the configuration says"), stamp.Inputs);
    }

    [Fact]
    public async Task Eval_Record_LiesBesideItsResults()
    {
        await Run("eval", "--model", _model, "--splits", "id", "--instances", "1", "--max-new-tokens", "2", "--out", _output);

        var stamp = RunFile.Read(_output);
        Assert.StartsWith("thaw eval --model ", stamp.CommandLine, StringComparison.Ordinal);
        Assert.Contains("max_new_tokens: \"2\"", stamp.Configuration, StringComparison.Ordinal);
        Assert.Contains(stamp.Inputs, input => input.Role == "model" && input.Sha256 is { Length: 64 });
    }

    [Fact]
    public async Task Sft_GoingOnWithOtherSettings_IsRefusedAndLeavesTheRecord()
    {
        string[] arguments = ["sft", "--model_name_or_path", _model, "--output_dir", _output, "--max_steps", "2", "--dataset_size", "4", "--per_device_train_batch_size", "2"];
        await Run(arguments);
        var (record, configuration) = (File.ReadAllText(Path.Combine(_output, "run.json")), File.ReadAllText(Path.Combine(_output, "sft.yaml")));

        var refused = await CommandRun.Of([.. arguments, "--learning_rate", "0.5"]);

        Assert.Equal(1, refused.Code);
        Assert.StartsWith($"thaw: {_output}/sft.yaml: this run was begun with 'learning_rate: ", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        Assert.Equal((record, configuration), (File.ReadAllText(Path.Combine(_output, "run.json")), File.ReadAllText(Path.Combine(_output, "sft.yaml"))));

        // Longer, in other pieces or watched otherwise is the same run; anew is another.
        await Run([.. arguments, "--max_steps", "3", "--micro_batch_size", "1", "--logging_steps", "1"]);
        await Run([.. arguments, "--learning_rate", "0.5", "--resume_from_checkpoint", "never"]);
        Assert.True(Directory.Exists(Path.Combine(_output, "checkpoint-2")));
    }

    [Fact]
    public async Task Sft_GoingOnLonger_KeepsWhatTheEarlierStartWasTold()
    {
        string[] arguments = ["sft", "--model_name_or_path", _model, "--output_dir", _output, "--dataset_size", "4", "--per_device_train_batch_size", "2"];
        await Run([.. arguments, "--max_steps", "2"]);
        var first = File.ReadAllText(Path.Combine(_output, "run.json"));

        // Nothing is left to do: what is there is the work of the first start.
        await Run([.. arguments, "--max_steps", "2", "--logging_steps", "1"]);
        Assert.Equal(first, File.ReadAllText(Path.Combine(_output, "run.json")));

        await Run([.. arguments, "--max_steps", "3"]);
        var earlier = Assert.Single(RunFile.Read(_output).EarlierStarts);
        Assert.EndsWith("--max_steps 2", earlier.CommandLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sft_InAFolderWhereAnotherRunWrites_IsRefused()
    {
        Directory.CreateDirectory(_output);
        using var other = FolderLock.Take(_output);

        var refused = await CommandRun.Of("sft", "--model_name_or_path", _model, "--output_dir", _output, "--max_steps", "1", "--dataset_size", "4", "--per_device_train_batch_size", "2");

        Assert.Equal(1, refused.Code);
        Assert.Equal($"thaw: {_output}: another run is writing there. Wait for its end, or choose another folder.", refused.ErrorLines[^1]);
    }

    [Fact]
    public async Task Sft_GoingOnWithOtherRowsAStep_IsRefused()
    {
        string[] arguments = ["sft", "--model_name_or_path", _model, "--output_dir", _output, "--dataset_size", "8", "--max_steps", "2"];
        await Run([.. arguments, "--per_device_train_batch_size", "4"]);

        var refused = await CommandRun.Of([.. arguments, "--per_device_train_batch_size", "2", "--max_steps", "3"]);
        Assert.Contains("checkpoint-2: this run was begun with 4 rows a step, not 2: per_device_train_batch_size times", refused.ErrorLines[^1], StringComparison.Ordinal);

        // Cut otherwise it is the same batch.
        await Run([.. arguments, "--per_device_train_batch_size", "2", "--gradient_accumulation_steps", "2", "--max_steps", "3"]);
    }

    [Fact]
    public async Task Sft_NewestCheckpointNotWhole_GoesOnFromTheOneBeforeAndSaysSo()
    {
        string[] arguments = ["sft", "--model_name_or_path", _model, "--output_dir", _output, "--dataset_size", "8", "--per_device_train_batch_size", "2", "--max_steps", "4", "--save_steps", "2"];
        await Run(arguments);
        var weights = File.ReadAllBytes(Path.Combine(_output, "checkpoint-4/model.safetensors"));
        File.Delete(Path.Combine(_output, "checkpoint-4/optimizer.safetensors"));

        var again = await CommandRun.Of(arguments);

        Assert.Contains("checkpoint-4 is not whole: optimizer.safetensors is missing; going on from checkpoint-2", again.Error, StringComparison.Ordinal);
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(_output, "checkpoint-4/model.safetensors")));
    }

    [Fact]
    public async Task Sft_MalformedRowsInAUsedFolder_LeaveTheRecordOfTheRunBefore()
    {
        string[] arguments = ["sft", "--model_name_or_path", _model, "--output_dir", _output, "--max_steps", "2", "--dataset_size", "4", "--per_device_train_batch_size", "2"];
        await Run(arguments);
        var record = File.ReadAllText(Path.Combine(_output, "run.json"));
        var rows = Path.Combine(_folder.Path, "rows.jsonl");
        File.WriteAllText(rows, "{}\n");

        var refused = await CommandRun.Of([.. arguments[..^4], "--dataset_name", rows, "--per_device_train_batch_size", "2", "--resume_from_checkpoint", "never"]);

        Assert.Equal(1, refused.Code);
        Assert.Equal(record, File.ReadAllText(Path.Combine(_output, "run.json")));
    }

    [Theory]
    [InlineData("a-b_c./:,=+@%1", "a-b_c./:,=+@%1")]
    [InlineData("two words", "'two words'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("", "''")]
    [InlineData("$HOME", "'$HOME'")]
    public void Quoted_AWord_IsAsAShellTakesIt(string word, string expected)
    {
        Assert.Equal(expected, CommandLineText.Quoted(word));
        Assert.Equal([word], Words(CommandLineText.Quoted(word)));
    }

    private static async Task Run(params string[] arguments)
    {
        var run = await CommandRun.Of(arguments);
        Assert.True(run.Code == 0, run.Error);
    }

    // The words of a POSIX shell, for what CommandLineText writes.
    private static string[] Words(string line)
    {
        var (words, word, isQuoted, isWord) = (new List<string>(), new System.Text.StringBuilder(), false, false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\'')
            {
                (isQuoted, isWord) = (!isQuoted, true);
            }
            else if (!isQuoted && line[i] == ' ')
            {
                words.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
            else
            {
                word.Append(!isQuoted && line[i] == '\\' ? line[++i] : line[i]);
                isWord = true;
            }
        }

        return isWord ? [.. words, word.ToString()] : [.. words];
    }

    private IReadOnlyList<string> Metrics() => [.. MetricsFile.Read(_output).Select(record =>
        $"{record.Step}: {string.Join(", ", record.Values.Where(value => !MetricsFile.IsTime(value.Key)).Select(value => $"{value.Key}={value.Value:R}"))}")];

    private SortedDictionary<string, byte[]> Files()
    {
        var checkpoint = Path.Combine(_output, "checkpoint-4");
        return new(Directory.EnumerateFiles(checkpoint, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(checkpoint, file), File.ReadAllBytes), StringComparer.Ordinal);
    }
}
