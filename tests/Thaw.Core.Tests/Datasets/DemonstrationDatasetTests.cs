using System.Text.Json.Nodes;
using Thaw.Core.Datasets;
using Thaw.Core.Demonstrations;
using Thaw.Core.Progress;
using Thaw.Core.Tasks;

namespace Thaw.Core.Tests.Datasets;

public sealed class DemonstrationDatasetTests : IDisposable
{
    private static readonly ITask s_task = TaskCatalog.Find("sokoban");
    private static readonly DemonstrationPlan s_plan = new(Diversity.Diverse, Seed: 3);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_OwnForm_HasTheBytesOfADemonstrationFile()
    {
        Dataset("whole", 1000).Write(Rows(), new Progress<WorkProgress>(), default);
        DemonstrationFile.Write(_folder["rows.jsonl"], Rows().Take(1000));

        Assert.Equal(File.ReadAllBytes(_folder["rows.jsonl"]), File.ReadAllBytes(_folder["whole/train.jsonl"]));
    }

    [Fact]
    public void Write_InterruptedTwice_GivesTheBytesOfAnUninterruptedOne()
    {
        Dataset("whole", 3000).Write(Rows(), new Progress<WorkProgress>(), default);
        foreach (var rows in new[] { 700, 1900 })
        {
            using var interruption = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => Dataset("parts", 3000).Write(Rows(), new StopAt(rows, interruption), interruption.Token));
        }

        Assert.Empty(Directory.EnumerateFiles(_folder["parts"], "*.jsonl"));
        var begun = long.MaxValue;
        Dataset("parts", 3000).Write(Rows(), new Report(rows => begun = Math.Min(begun, rows)), default);

        Assert.True(begun > 1900, "The interrupted rows were written again.");
        Assert.Equal(FilesOf("whole"), FilesOf("parts"));
    }

    [Fact]
    public void Write_FewerRowsThanPromised_IsAnErrorAndNoDataset()
    {
        var message = Assert.Throws<InvalidDataException>(() => Dataset("short", 20).Write(Rows().Take(7), new Progress<WorkProgress>(), default)).Message;

        Assert.Equal("There are only 7 rows, not 20.", message);
        Assert.False(File.Exists(_folder["short/train.jsonl"]));
    }

    [Fact]
    public void Write_Exports_HaveTheColumnsOfTheirTrainers()
    {
        Dataset("exports", 300).Write(Rows(), new Progress<WorkProgress>(), default);
        var row = Rows().ElementAt(299);

        var trl = LastRow("exports/train.trl.jsonl");
        Assert.Equal(row.Prompt, (string?)trl["prompt"]);
        Assert.Equal(row.Completion, (string?)trl["completion"]);

        var messages = LastRow("exports/train.trl-messages.jsonl");
        var (user, assistant) = (messages["prompt"]![0]!, messages["completion"]![0]!);
        Assert.Equal(("user", "assistant"), ((string?)user["role"], (string?)assistant["role"]));
        Assert.Equal(row.Prompt + row.Completion, $"<|im_start|>user\n{user["content"]}<|im_end|>\n<|im_start|>assistant\n{assistant["content"]}");

        var verl = LastRow("exports/train.verl.jsonl");
        Assert.Equal(["data_source", "prompt", "ability", "reward_model", "extra_info"], verl.Select(column => column.Key));
        Assert.Equal("rule", (string?)verl["reward_model"]!["style"]);
        Assert.Equal($"</think> <answer> {verl["reward_model"]!["ground_truth"]} </answer>\n", row.Completion);
        Assert.Equal(299, (int)verl["extra_info"]!["index"]!);
        Assert.Equal(row.Binding, (string?)verl["extra_info"]!["binding"]);
    }

    [Fact]
    public void Write_Card_TellsCommandHashesAndCounts()
    {
        var files = Dataset("whole", 300).Write(Rows(), new Progress<WorkProgress>(), default);
        var card = File.ReadAllText(_folder["whole/README.md"]);

        Assert.Contains("thaw gen --seed 3 --out DIR", card, StringComparison.Ordinal);
        Assert.All(files, file => Assert.Contains(file.Sha256, card, StringComparison.Ordinal));
        Assert.Contains("| split diverse | 300 |", card, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, card, StringComparison.Ordinal);
    }

    private static IEnumerable<Demonstration> Rows() => s_task.Demonstrate(s_plan);

    private DemonstrationDataset Dataset(string name, int rows) => new(
        _folder[name], new DatasetDescription("sokoban: diverse", "sokoban", rows, 3, "thaw gen --seed 3", "1.0", ["A note."]), DatasetFormat.Exports);

    private JsonObject LastRow(string name) => JsonNode.Parse(File.ReadLines(_folder[name]).Last())!.AsObject();

    private List<(string? Name, string Content)> FilesOf(string name) =>
        [.. Directory.EnumerateFiles(_folder[name]).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), File.ReadAllText(path)))];

    private sealed class StopAt(int rows, CancellationTokenSource interruption) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            if (value.Done >= rows)
            {
                interruption.Cancel();
            }
        }
    }

    private sealed class Report(Action<long> told) : IProgress<WorkProgress>
    {
        void IProgress<WorkProgress>.Report(WorkProgress value) => told(value.Done);
    }
}
