using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Core.Storage;

namespace Thaw.Core.Evaluation;

/// <summary>Results as a folder: <c>results.json</c> in the form of lm-evaluation-harness, and the episodes of each split beside it.</summary>
public static class ResultsFile
{
    public const string FileName = "results.json";

    /// <summary>Raised when prompts, instances or scoring change so that numbers can no longer be compared.</summary>
    private const int TaskVersion = 1;

    /// <summary>Writes the samples first and <c>results.json</c> last: where it exists, everything does.</summary>
    public static void Write(string folder, EvaluationResult result, ResultsStamp stamp)
    {
        foreach (var split in result.Splits.Keys)
        {
            var path = Path.Combine(folder, SamplesFile.NameFor(result.Task, split));
            SamplesFile.Write(path, result.Episodes.Where(episode => episode.Split == split));
        }

        AtomicFile.WriteText(Path.Combine(folder, FileName), $"{Document(result, stamp).ToJsonString(JsonFormat.Indented)}\n");
    }

    /// <param name="folder">The folder that <see cref="Write"/> wrote.</param>
    /// <exception cref="InvalidDataException"><c>results.json</c> is not of that form.</exception>
    public static StoredResults Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<StoredResults>(File.ReadAllBytes(path), JsonFormat.Line)
                ?? throw new InvalidDataException($"{path}: expected a JSON object, not null.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    private static JsonObject Document(EvaluationResult result, ResultsStamp stamp) => new()
    {
        ["results"] = PerSplit(result, split => new JsonObject
        {
            ["success,none"] = split.Success,
            ["success_stderr,none"] = StandardError(split),
            ["validity,none"] = split.Validity,
            ["turns,none"] = split.Turns,
        }),
        ["ci"] = PerSplit(result, split => new JsonObject
        {
            ["success"] = new JsonObject { ["lower"] = split.SuccessLow, ["upper"] = split.SuccessHigh, ["level"] = 0.95, ["method"] = split.Distinct < split.N ? "wilson, clustered by canonical instance" : "wilson" },
        }),
        ["versions"] = PerSplit(result, _ => TaskVersion),
        ["n-shot"] = PerSplit(result, _ => 0),
        ["n-samples"] = PerSplit(result, split => new JsonObject { ["original"] = split.N, ["effective"] = split.N, ["distinct"] = split.Distinct }),
        ["higher_is_better"] = PerSplit(result, _ => new JsonObject { ["success"] = true, ["validity"] = true, ["turns"] = false }),
        ["config"] = JsonSerializer.SerializeToNode(stamp.Config, JsonFormat.Line),
        ["model_name"] = stamp.ModelName,
        ["git_hash"] = stamp.GitHash,
        ["date"] = stamp.Date.ToUnixTimeMilliseconds() / 1000.0,
        ["total_evaluation_time_seconds"] = result.Elapsed.TotalSeconds,
        ["task"] = result.Task,
        ["splits"] = JsonSerializer.SerializeToNode(result.Splits, JsonFormat.Line),
    };

    private static JsonObject PerSplit(EvaluationResult result, Func<SplitResult, JsonNode> value) =>
        new(result.Splits.Select(split => KeyValuePair.Create($"{result.Task}_{split.Key}", (JsonNode?)value(split.Value))));

    // Of a mean of zeros and ones with the sample variance, as lm-evaluation-harness computes it.
    private static double StandardError(SplitResult split) =>
        split.N < 2 ? 0 : Math.Sqrt(split.Success * (1 - split.Success) / (split.N - 1));
}

/// <summary>What was evaluated, where and how.</summary>
/// <param name="Config">The resolved settings, for people and for running it again.</param>
public sealed record ResultsStamp(string ModelName, string GitHash, DateTimeOffset Date, IReadOnlyDictionary<string, string> Config);

/// <summary>What a results file says.</summary>
/// <param name="Date">Seconds since 1970.</param>
public sealed record StoredResults(
    string Task,
    IReadOnlyDictionary<string, SplitResult> Splits,
    string ModelName,
    string GitHash,
    double Date,
    IReadOnlyDictionary<string, string> Config);
