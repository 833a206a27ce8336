using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Distribution;

namespace Thaw.Learning.Training;

/// <summary>What a run knows of itself after a step, besides weights and moments: <c>trainer_state.json</c> under Hugging Face's keys.</summary>
internal sealed record TrainingState(int Step)
{
    public const string FileName = "trainer_state.json";

    /// <summary>Tokens of all rows so far, a beginning that rows share counted for each of them.</summary>
    public long Tokens { get; init; }

    /// <summary>Rows of one step, of all processes; null in the state of an older version.</summary>
    public int? RowsPerStep { get; init; }

    public double? BestMetric { get; init; }

    /// <summary>The step of the best checkpoint.</summary>
    public int? BestStep { get; init; }

    /// <summary>Evaluations since the last gain.</summary>
    public int EvaluationsWithoutGain { get; init; }

    /// <summary>Whether the evaluation of this step was cut off: it comes first when the run goes on.</summary>
    public bool EvaluationPending { get; init; }

    /// <summary>Rank 0's state, on every rank.</summary>
    public TrainingState SharedBy(Ranks ranks)
    {
        var (metric, step, without) = ranks.Gather((BestMetric ?? double.NaN, BestStep ?? -1, EvaluationsWithoutGain))[0];
        return this with { BestMetric = double.IsNaN(metric) ? null : metric, BestStep = step < 0 ? null : step, EvaluationsWithoutGain = without };
    }

    /// <param name="rowsPerStep">See <see cref="RowsPerStep"/>.</param>
    /// <param name="epoch">Passes over the data so far; null where it has no end.</param>
    /// <param name="history">The metrics so far, without times: the same run gives the same file.</param>
    public string Write(int rowsPerStep, double? epoch, BestCheckpoint best, IEnumerable<(int Step, IReadOnlyDictionary<string, double> Values)> history)
    {
        var root = new JsonObject { ["global_step"] = Step };
        if (epoch is { } passes)
        {
            root["epoch"] = passes;
        }

        root["rows_per_step"] = rowsPerStep;
        root["num_input_tokens_seen"] = Tokens;
        if (BestStep is { } step)
        {
            root["best_metric"] = BestMetric;
            root["best_global_step"] = step;
            root["best_model_checkpoint"] = TrainingCheckpoint.NameOf(step);
        }

        if (EvaluationPending)
        {
            root["evaluation_pending"] = true;
        }

        root["log_history"] = new JsonArray([.. history.Select(record => (JsonNode)new JsonObject(
            record.Values.Where(value => !MetricsFile.IsTime(value.Key))
                .Select(value => KeyValuePair.Create(value.Key, (JsonNode?)JsonValue.Create(value.Value)))
                .Append(KeyValuePair.Create("step", (JsonNode?)JsonValue.Create(record.Step)))))]);
        if (best.Patience > 0)
        {
            root["stateful_callbacks"] = new JsonObject
            {
                ["EarlyStoppingCallback"] = new JsonObject
                {
                    ["args"] = new JsonObject { ["early_stopping_patience"] = best.Patience, ["early_stopping_threshold"] = best.Threshold },
                    ["attributes"] = new JsonObject { ["early_stopping_patience_counter"] = EvaluationsWithoutGain },
                },
            };
        }

        return root.ToJsonString() + "\n";
    }

    /// <exception cref="InvalidDataException">The file is malformed.</exception>
    public static TrainingState Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var step = JsonKeys.Read(path).Int("global_step");
        try
        {
            var root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            return new TrainingState(step)
            {
                Tokens = (long?)root["num_input_tokens_seen"] ?? 0,
                RowsPerStep = (int?)root["rows_per_step"],
                BestMetric = (double?)root["best_metric"],
                BestStep = (int?)root["best_global_step"],
                EvaluationPending = (bool?)root["evaluation_pending"] ?? false,
                EvaluationsWithoutGain = (int?)root["stateful_callbacks"]?["EarlyStoppingCallback"]?["attributes"]?["early_stopping_patience_counter"] ?? 0,
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{path}: not the state of a run: {error.Message}"), error);
        }
    }
}
