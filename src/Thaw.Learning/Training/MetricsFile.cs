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
    /// <exception cref="InvalidDataException">See <see cref="Read"/>.</exception>
    public MetricsFile(string folder, int lastStep)
    {
        _path = Path.Combine(folder, Name);
        var kept = File.Exists(_path) ? WholeLines().Where((line, index) => RecordOf(line, _path, index + 1).Step <= lastStep).ToList() : [];
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
    /// <exception cref="InvalidDataException">A line is none of metrics: <c>FILE: line N: cause</c>.</exception>
    public static IReadOnlyList<(int Step, IReadOnlyDictionary<string, double> Values)> Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        return !File.Exists(path) ? [] : [.. File.ReadLines(path).Select((line, index) => RecordOf(line, path, index + 1))];
    }

    // A kill may have cut the last line.
    private IEnumerable<string> WholeLines() => File.ReadAllText(_path).Split('\n').SkipLast(1);

    private static (int Step, IReadOnlyDictionary<string, double> Values) RecordOf(string line, string path, int number)
    {
        try
        {
            var record = JsonNode.Parse(line)!.AsObject();
            return ((int)record["step"]!, record.Where(p => p.Key != "step").ToDictionary(p => p.Key, p => (double)p.Value!));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException($"{path}: line {number}: expected an object with a step and numbers.", error);
        }
    }
}
