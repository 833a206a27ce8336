namespace Thaw.Learning.Sft.Rows;

/// <summary>Rows as tokens, with the answer and the token that ends it as targets.</summary>
/// <remarks>
/// A row ends with the token that ends its answer: what a template writes behind the last one, such as ChatML's line break, is never generated and
/// left out. So a chat gives the same tokens as the text that its template makes of it.
/// </remarks>
internal sealed class RowTokenizer(RowModel model, SftOptions options)
{
    private ChatWriter? _chats;

    /// <summary>What was too long so far.</summary>
    public RowLimit Limit { get; } = new(options.MaxLength, model.MaxPositions, options.Truncation);

    /// <returns>Null where the row is left out, being too long.</returns>
    /// <exception cref="InvalidDataException">The row cannot be written: <c>FILE: line N: cause</c>.</exception>
    public RowTokens? Tokenize(SourceRow row)
    {
        var pieces = PiecesOf(row);
        var (ids, targets) = (new List<int>(), new List<bool>());
        var prompt = 0;
        foreach (var (piece, i) in pieces.Select((piece, i) => (piece, i)))
        {
            ids.AddRange(model.Tokenizer.Encode(piece.Text));
            targets.AddRange(Enumerable.Repeat(piece.IsTarget || !options.CompletionOnlyLoss, ids.Count - targets.Count));
            prompt = i == 0 && !piece.IsTarget ? ids.Count : prompt;
        }

        EndAtTheStop(row, ids, targets);
        targets[0] = false;
        return Limit.Apply(ids, targets, row.Place) is { } example
            ? new RowTokens(row, example, pieces[0].IsTarget ? "" : pieces[0].Text, prompt, example.Ids.Length < ids.Count)
            : null;
    }

    private IReadOnlyList<TextPiece> PiecesOf(SourceRow row)
    {
        if (row.Content is not ChatContent chat)
        {
            var text = (TextContent)row.Content;
            return [new TextPiece(text.Prompt, IsTarget: false), new TextPiece(text.Completion, IsTarget: true)];
        }

        try
        {
            _chats ??= new ChatWriter(
                model.Template ?? throw new FormatException($"a chat, but {model.Folder} has no chat template (chat_template.jinja, or chat_template in tokenizer_config.json)."),
                options.AssistantOnlyLoss);
            return _chats.Write(chat);
        }
        catch (FormatException error)
        {
            throw new InvalidDataException($"{row.Place}: {error.Message}", error);
        }
    }

    private void EndAtTheStop(SourceRow row, List<int> ids, List<bool> targets)
    {
        if (row.Content is TextContent)
        {
            if (ids.Count == 0 || !model.StopIds.Contains(ids[^1]))
            {
                ids.Add(model.StopIds[0]);
                targets.Add(true);
            }

            return;
        }

        // Generation blocks of some templates close before the token that ends the turn.
        for (var i = 1; i < ids.Count; i++)
        {
            targets[i] |= targets[i - 1] && model.StopIds.Contains(ids[i]);
        }

        var end = ids.FindLastIndex(id => model.Tokenizer.IsSpecial(id) || model.StopIds.Contains(id));
        if (end >= 0 && targets[end] && string.IsNullOrWhiteSpace(model.Tokenizer.Decode(ids[(end + 1)..])))
        {
            ids.RemoveRange(end + 1, ids.Count - end - 1);
            targets.RemoveRange(end + 1, targets.Count - end - 1);
        }
    }
}
