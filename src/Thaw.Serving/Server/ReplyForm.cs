using System.Buffers;
using System.Text.Json;
using Thaw.Core.Generation;
using Thaw.Core.Storage;

namespace Thaw.Serving.Server;

/// <summary>Writes the answers to one request as JSON, whole or piece by piece.</summary>
internal abstract class ReplyForm(ServedModel model, string idPrefix, string wholeKind, string chunkKind, DateTimeOffset now)
{
    private readonly string _id = $"{idPrefix}-{Guid.NewGuid():N}";

    protected ServedModel Model => model;

    /// <param name="rows">One update for each choice, with all that it wrote, in the order of their index.</param>
    public ReadOnlyMemory<byte> Whole(IReadOnlyList<RowUpdate> rows, TokenUsage usage) => Object(wholeKind, json =>
    {
        json.WriteStartArray("choices");
        foreach (var row in rows)
        {
            WriteWhole(json, row);
        }

        json.WriteEndArray();
        WriteUsage(json, usage);
    });

    public ReadOnlyMemory<byte> Chunk(RowUpdate update) => Object(chunkKind, json =>
    {
        json.WriteStartArray("choices");
        WriteChunk(json, update);
        json.WriteEndArray();
    });

    /// <summary>The last piece where the counts were asked for: no choice, and the counts.</summary>
    public ReadOnlyMemory<byte> UsageChunk(TokenUsage usage) => Object(chunkKind, json =>
    {
        json.WriteStartArray("choices");
        json.WriteEndArray();
        WriteUsage(json, usage);
    });

    protected abstract void WriteWhole(Utf8JsonWriter json, RowUpdate row);

    protected abstract void WriteChunk(Utf8JsonWriter json, RowUpdate update);

    protected static void WriteFinish(Utf8JsonWriter json, FinishReason? finish)
    {
        if (finish is { } reason)
        {
            json.WriteString("finish_reason", JsonFormat.NameOf(reason));
        }
        else
        {
            json.WriteNull("finish_reason");
        }
    }

    private ReadOnlyMemory<byte> Object(string kind, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonFormat.Line.Encoder });
        json.WriteStartObject();
        json.WriteString("id", _id);
        json.WriteString("object", kind);
        json.WriteNumber("created", now.ToUnixTimeSeconds());
        json.WriteString("model", model.Name);
        json.WriteString("system_fingerprint", model.Fingerprint);
        write(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteUsage(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", usage.Prompt);
        json.WriteNumber("completion_tokens", usage.Completion);
        json.WriteNumber("total_tokens", usage.Prompt + usage.Completion);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", usage.Cached);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
