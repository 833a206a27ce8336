using System.Text.Json;
using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;
using Thaw.Core.Text;

namespace Thaw.Core.Datasets;

/// <summary>The columns of a file of demonstrations.</summary>
/// <param name="Name">As in <c>--export</c>.</param>
/// <param name="FileName">Below the folder of the dataset.</param>
/// <param name="Columns">What they hold, for the card.</param>
/// <param name="Write">Writes one row as a JSON object; the number is its place in the file, from 0.</param>
public sealed record DatasetFormat(string Name, string FileName, string Columns, Action<Utf8JsonWriter, Demonstration, long> Write)
{
    private static readonly JsonEncodedText s_prompt = JsonEncodedText.Encode("prompt");
    private static readonly JsonEncodedText s_completion = JsonEncodedText.Encode("completion");
    private static readonly JsonEncodedText s_role = JsonEncodedText.Encode("role");
    private static readonly JsonEncodedText s_content = JsonEncodedText.Encode("content");

    /// <summary>This project's own form, which every dataset has.</summary>
    public static DatasetFormat Thaw { get; } = new(
        "thaw", "train.jsonl", "prompt, completion, instance_id, task, split, binding, seed, generator, teacher", WriteThaw);

    /// <summary>The forms for other trainers.</summary>
    public static IReadOnlyList<DatasetFormat> Exports { get; } =
    [
        new("trl", "train.trl.jsonl", "TRL's prompt-completion columns: prompt, completion as strings, used word for word", WriteTrl),
        new("trl-messages", "train.trl-messages.jsonl", "TRL's conversational columns: prompt, completion as lists of messages", WriteTrlMessages),
        new("verl", "train.verl.jsonl", "verl's columns: data_source, prompt (messages), ability, reward_model {style, ground_truth}, extra_info", WriteVerl),
    ];

    /// <exception cref="ArgumentException">There is no such export; the message gives the nearest one.</exception>
    public static DatasetFormat FindExport(string name) => Exports.FirstOrDefault(format => format.Name == name)
        ?? throw new ArgumentException(NearestName.Describe("export", name, Exports.Select(format => format.Name)));

    // The same bytes as DemonstrationFile writes.
    private static void WriteThaw(Utf8JsonWriter json, Demonstration row, long index)
    {
        json.WriteStartObject();
        json.WriteString(s_prompt, row.Prompt);
        json.WriteString(s_completion, row.Completion);
        WriteProvenance(json, row);
        json.WriteEndObject();
    }

    private static void WriteTrl(Utf8JsonWriter json, Demonstration row, long index)
    {
        json.WriteStartObject();
        json.WriteString(s_prompt, row.Prompt);
        json.WriteString(s_completion, row.Completion);
        json.WriteEndObject();
    }

    private static void WriteTrlMessages(Utf8JsonWriter json, Demonstration row, long index)
    {
        var turns = ChatTurns.Of(row.Prompt, row.Completion);
        json.WriteStartObject();
        WriteMessage(json, s_prompt, "user", turns.User);
        WriteMessage(json, s_completion, "assistant", turns.Assistant);
        json.WriteEndObject();
    }

    private static void WriteVerl(Utf8JsonWriter json, Demonstration row, long index)
    {
        json.WriteStartObject();
        json.WriteString("data_source", $"{row.Task}/{row.Split}");
        WriteMessage(json, s_prompt, "user", ChatTurns.Of(row.Prompt, row.Completion).User);
        json.WriteString("ability", row.Task);
        json.WriteStartObject("reward_model");
        json.WriteString("style", "rule");
        json.WriteString("ground_truth", TaskCatalog.ReaderOf(row.Task)?.AnswerOf(row.Completion) ?? row.Completion);
        json.WriteEndObject();
        json.WriteStartObject("extra_info");
        json.WriteNumber("index", index);
        json.WriteString("answer", row.Completion);
        WriteProvenance(json, row);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteProvenance(Utf8JsonWriter json, Demonstration row)
    {
        json.WriteString("instance_id", row.InstanceId);
        json.WriteString("task", row.Task);
        json.WriteString("split", row.Split);
        json.WriteString("binding", row.Binding);
        json.WriteNumber("seed", row.Seed);
        json.WriteString("generator", row.Generator);
        json.WriteString("teacher", row.Teacher);
    }

    private static void WriteMessage(Utf8JsonWriter json, JsonEncodedText name, string role, string content)
    {
        json.WriteStartArray(name);
        json.WriteStartObject();
        json.WriteString(s_role, role);
        json.WriteString(s_content, content);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
