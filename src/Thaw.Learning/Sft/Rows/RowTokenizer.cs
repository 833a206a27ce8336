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
            var encoded = model.Tokenizer.Encode(piece.Text);
            var learnt = !options.CompletionOnlyLoss ? encoded.Length : !piece.IsTarget ? 0 : row.Content is ChatContent ? LengthToTheEnd(encoded) : encoded.Length;
            ids.AddRange(encoded);
            targets.AddRange(Enumerable.Repeat(true, learnt).Concat(Enumerable.Repeat(false, encoded.Length - learnt)));
            prompt = i == 0 && !piece.IsTarget ? ids.Count : prompt;
        }

        if (row.Content is TextContent)
        {
            EndWithStop(ids, targets);
        }
        else
        {
            EndWithLastTarget(ids, targets);
        }

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

    // Behind the token that ends a turn, white space is the template's.
    private int LengthToTheEnd(int[] piece)
    {
        var end = Array.FindLastIndex(piece, id => model.Tokenizer.IsSpecial(id) || model.StopIds.Contains(id));
        return end >= 0 && string.IsNullOrWhiteSpace(model.Tokenizer.Decode(piece[(end + 1)..])) ? end + 1 : piece.Length;
    }

    private void EndWithStop(List<int> ids, List<bool> targets)
    {
        if (ids.Count == 0 || !model.StopIds.Contains(ids[^1]))
        {
            ids.Add(model.StopIds[0]);
            targets.Add(true);
        }
    }

    private void EndWithLastTarget(List<int> ids, List<bool> targets)
    {
        // Generation blocks of some templates close before the token that ends the turn.
        for (var i = 1; i < ids.Count; i++)
        {
            targets[i] |= targets[i - 1] && model.StopIds.Contains(ids[i]);
        }

        var end = targets.LastIndexOf(true) + 1;
        ids.RemoveRange(end, ids.Count - end);
        targets.RemoveRange(end, targets.Count - end);
    }
}
