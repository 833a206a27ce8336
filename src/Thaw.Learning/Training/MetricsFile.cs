using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Core.Storage;

namespace Thaw.Learning.Training;

/// <summary><c>metrics.jsonl</c>: one line a record, keyed by step, under TRL's names.</summary>
public sealed class MetricsFile
{
    public const string Name = "metrics.jsonl";

    private static readonly FrozenSet<string> s_times =
        ["step_time", "train/dt", "train/tok_per_sec", "train/mfu", "eval/runtime", EvaluationBudget.Metric];

    private readonly string _path;

    /// <summary>Opens for appending. Records after <paramref name="lastStep"/>, from a run that was cut off, are dropped.</summary>
    public MetricsFile(string folder, int lastStep)
    {
        _path = Path.Combine(folder, Name);
        var kept = File.Exists(_path) ? WholeLines().Where(line => StepOf(line) <= lastStep).ToList() : [];
        AtomicFile.WriteText(_path, string.Concat(kept.Select(line => line + "\n")));
    }

    /// <summary>Whether a metric says how long something took: all others are the same whenever the same run is made again.</summary>
    public static bool IsTime(string name) => s_times.Contains(name);

    public void Append(int step, IEnumerable<KeyValuePair<string, double>> values)
    {
        var record = new JsonObject { ["step"] = step };
        foreach (var (key, value) in values)
        {
            record[key] = value;
        }

        File.AppendAllText(_path, record.ToJsonString() + "\n");
    }

    /// <summary>All records in a folder, or none where the file is not there.</summary>
    public static IReadOnlyList<(int Step, IReadOnlyDictionary<string, double> Values)> Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        return !File.Exists(path) ? [] : [.. File.ReadLines(path).Select(line =>
        {
            var record = JsonNode.Parse(line)!.AsObject();
            return ((int)record["step"]!, (IReadOnlyDictionary<string, double>)record.Where(p => p.Key != "step").ToDictionary(p => p.Key, p => (double)p.Value!));
        })];
    }

    // A kill may have cut the last line.
    private IEnumerable<string> WholeLines() => File.ReadAllText(_path).Split('\n').SkipLast(1);

    private static int StepOf(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("step").GetInt32();
    }
}
