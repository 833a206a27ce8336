using System.Buffers;
using System.Text.Json;
using Thaw.Core.Datasets;
using Thaw.Core.Storage;
using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Sft.Linting;

/// <summary>Rows whose text has another chat format than the model's own template writes.</summary>
internal sealed class TemplateLinter : ILinter
{
    /// <summary>Rendering costs more than a row's tokens, and the rows of a source are alike.</summary>
    private const int Rendered = 64;

    private static readonly string[] s_markers =
    [
        "<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|begin_of_text|>", "[INST]", "[/INST]", "<<SYS>>",
        "<start_of_turn>", "<end_of_turn>", "<|user|>", "<|assistant|>", "<|system|>", "<｜User｜>", "<｜Assistant｜>", "<|channel|>",
    ];

    private static readonly SearchValues<string> s_all = SearchValues.Create(s_markers, StringComparison.Ordinal);

    private readonly RowModel _model;
    private readonly string[] _own;
    private readonly SearchValues<string> _foreign, _ownValues;
    private readonly RowCount _foreignRows = new(), _plain = new(), _unlike = new(), _within = new();
    private string _marker = "";
    private long _rows, _rendered;

    public TemplateLinter(RowModel model)
    {
        _model = model;
        var exchange = TemplateProbe.ExchangeOrNull(model);
        _own = [.. s_markers.Where(marker => exchange is null ? model.Tokenizer.FindId(marker) is not null : exchange.Contains(marker, StringComparison.Ordinal))];
        _foreign = SearchValues.Create([.. s_markers.Except(_own)], StringComparison.Ordinal);
        _ownValues = SearchValues.Create(_own, StringComparison.Ordinal);
        HasTemplate = exchange is not null;
    }

    private bool HasTemplate { get; }

    public void See(RowTokens row)
    {
        _rows++;
        if (row.Row.Content is TextContent text)
        {
            SeeText(text, row.Row.Place);
        }
        else if (row.Row.Content is ChatContent chat && chat.Prompt.Concat(chat.Completion).Any(HoldsMarker))
        {
            _within.Add(row.Row.Place);
        }
    }

    public IEnumerable<LintFinding> Conclude()
    {
        if (_foreignRows.Rows > 0)
        {
            var own = _own.Length > 0 ? $"its own are {string.Join(' ', _own)}" : "it has none of its own";
            yield return new LintFinding(
                LintSeverity.Warning, "foreign-markers", _foreignRows.Rows, $"{_foreignRows.Rows} of {_rows} rows hold chat markers such as {_marker} that the model's template does not write; {own}", _foreignRows.First);
        }

        if (_within.Rows > 0)
        {
            yield return new LintFinding(
                LintSeverity.Warning, "markers-in-messages", _within.Rows, $"{_within.Rows} of {_rows} rows have chat markers within a message, which the template will write once more around it", _within.First);
        }

        if (_unlike.Rows > 0)
        {
            yield return new LintFinding(
                LintSeverity.Warning, "unlike-template", _unlike.Rows, $"{_unlike.Rows} of the first {_rendered} prompts are not what the model's template writes for the same words (thaw template shows it)", _unlike.First);
        }

        if (_plain.Rows > 0)
        {
            yield return new LintFinding(
                LintSeverity.Note, "plain-prompts", _plain.Rows, $"{_plain.Rows} of {_rows} rows are text without chat markers, though the model has a chat template; that is right for a model that is not to chat", _plain.First);
        }
    }

    private void SeeText(TextContent text, string place)
    {
        if ((MarkerIn(text.Prompt, _foreign) ?? MarkerIn(text.Completion, _foreign)) is { } marker)
        {
            _marker = _foreignRows.Rows == 0 ? marker : _marker;
            _foreignRows.Add(place);
        }
        else if (HasTemplate && _own.Length > 0 && text.Prompt.Length > 0)
        {
            if (!text.Prompt.AsSpan().ContainsAny(_ownValues))
            {
                _plain.Add(place);
            }
            else if (_rendered < Rendered && ChatTurns.Of(text.Prompt, "") is { } turns && turns.User != text.Prompt)
            {
                _rendered++;
                if (TemplateProbe.PromptOrNull(_model, turns.User) is { } own && !text.Prompt.StartsWith(own, StringComparison.Ordinal))
                {
                    _unlike.Add(place);
                }
            }
        }
    }

    private static bool HoldsMarker(JsonElement message) =>
        message.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String && JsonText.Read(content).AsSpan().ContainsAny(s_all);

    private static string? MarkerIn(string text, SearchValues<string> markers)
    {
        var at = text.AsSpan().IndexOfAny(markers);
        return at < 0 ? null : s_markers.First(marker => text.AsSpan(at).StartsWith(marker, StringComparison.Ordinal));
    }
}
