using System.Text.Json;

namespace Thaw.Serving.Server;

/// <summary>Answers of <c>/v1/completions</c>.</summary>
internal sealed class CompletionReply(ServedModel model, bool hasLogProbabilities, DateTimeOffset now)
    : ReplyForm(model, "cmpl", "text_completion", "text_completion", now)
{
    private readonly Dictionary<int, TokenSpans> _spans = [];

    protected override void WriteWhole(Utf8JsonWriter json, RowUpdate row) => WriteChunk(json, row);

    protected override void WriteChunk(Utf8JsonWriter json, RowUpdate update)
    {
        json.WriteStartObject();
        json.WriteNumber("index", update.Index);
        json.WriteString("text", update.Text);
        WriteLogProbabilities(json, update);
        WriteFinish(json, update.Finish);
        json.WriteEndObject();
    }

    private void WriteLogProbabilities(Utf8JsonWriter json, RowUpdate update)
    {
        if (!hasLogProbabilities)
        {
            json.WriteNull("logprobs");
            return;
        }

        var spans = _spans.TryGetValue(update.Index, out var known) ? known : _spans[update.Index] = new TokenSpans(Model.Tokenizer);
        var tokens = spans.Within(update);
        json.WriteStartObject("logprobs");
        json.WriteStartArray("tokens");
        tokens.ForEach(token => json.WriteStringValue(NameOf(token.Token.Id)));
        json.WriteEndArray();
        json.WriteStartArray("token_logprobs");
        tokens.ForEach(token => json.WriteNumberValue(TokenSpans.Finite(token.Token.LogProbability)));
        json.WriteEndArray();
        json.WriteStartArray("top_logprobs");
        tokens.ForEach(token => WriteTop(json, token.Token.Top.Append((token.Token.Id, token.Token.LogProbability)).DistinctBy(top => top.Item1)));
        json.WriteEndArray();
        json.WriteStartArray("text_offset");
        tokens.ForEach(token => json.WriteNumberValue(token.Offset));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // The chosen token is among them also where it is not one of the most probable.
    private void WriteTop(Utf8JsonWriter json, IEnumerable<(int Id, float LogProbability)> top)
    {
        json.WriteStartObject();
        foreach (var (id, logProbability) in top)
        {
            json.WriteNumber(NameOf(id), TokenSpans.Finite(logProbability));
        }

        json.WriteEndObject();
    }

    private string NameOf(int id) => TokenSpans.NameOf(Model.Tokenizer, id);
}
