using System.Text.Json;

namespace Thaw.Serving.Server;

/// <summary>Answers of <c>/v1/chat/completions</c>.</summary>
internal sealed class ChatReply(ServedModel model, bool hasLogProbabilities, DateTimeOffset now)
    : ReplyForm(model, "chatcmpl", "chat.completion", "chat.completion.chunk", now)
{
    private readonly Dictionary<int, TokenSpans> _spans = [];

    protected override void WriteWhole(Utf8JsonWriter json, RowUpdate row)
    {
        json.WriteStartObject();
        json.WriteNumber("index", row.Index);
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", row.Text);
        json.WriteNull("refusal");
        json.WriteEndObject();
        WriteLogProbabilities(json, row, new TokenSpans(Model.Tokenizer));
        WriteFinish(json, row.Finish);
        json.WriteEndObject();
    }

    protected override void WriteChunk(Utf8JsonWriter json, RowUpdate update)
    {
        var isFirst = !_spans.TryGetValue(update.Index, out var spans);
        spans = _spans[update.Index] = spans ?? new TokenSpans(Model.Tokenizer);
        json.WriteStartObject();
        json.WriteNumber("index", update.Index);
        json.WriteStartObject("delta");
        if (isFirst)
        {
            json.WriteString("role", "assistant");
        }

        json.WriteString("content", update.Text);
        json.WriteEndObject();
        WriteLogProbabilities(json, update, spans);
        WriteFinish(json, update.Finish);
        json.WriteEndObject();
    }

    private void WriteLogProbabilities(Utf8JsonWriter json, RowUpdate update, TokenSpans spans)
    {
        if (!hasLogProbabilities)
        {
            json.WriteNull("logprobs");
            return;
        }

        json.WriteStartObject("logprobs");
        json.WriteStartArray("content");
        foreach (var (token, _) in spans.Within(update))
        {
            json.WriteStartObject();
            WriteToken(json, token.Id, token.LogProbability);
            json.WriteStartArray("top_logprobs");
            foreach (var (id, logProbability) in token.Top)
            {
                json.WriteStartObject();
                WriteToken(json, id, logProbability);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("refusal");
        json.WriteEndObject();
    }

    private void WriteToken(Utf8JsonWriter json, int id, float logProbability)
    {
        json.WriteString("token", TokenSpans.NameOf(Model.Tokenizer, id));
        json.WriteNumber("logprob", TokenSpans.Finite(logProbability));
        json.WriteStartArray("bytes");
        foreach (var b in Model.Tokenizer.TokenBytes(id))
        {
            json.WriteNumberValue(b);
        }

        json.WriteEndArray();
    }
}
