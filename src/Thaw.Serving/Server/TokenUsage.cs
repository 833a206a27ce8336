namespace Thaw.Serving.Server;

/// <summary>The token counts of an answer.</summary>
/// <param name="Prompt">Each prompt counted once, however many choices it has.</param>
/// <param name="Completion">Of all choices, stop tokens not counted, as with a local model.</param>
/// <param name="Cached">Of the prompts' tokens, those that had been computed before.</param>
internal readonly record struct TokenUsage(int Prompt, int Completion, int Cached)
{
    /// <summary>Of a job whose rows have all ended.</summary>
    /// <param name="last">The last update of each row. The choices of a prompt share it, so the least cached counts for it.</param>
    public static TokenUsage Of(Job job, IEnumerable<RowUpdate> last)
    {
        var rows = last.ToList();
        var cached = rows.GroupBy(row => job.Rows[row.Index].Prompt).Sum(prompt => prompt.Min(row => row.CachedPromptTokens));
        return new TokenUsage(job.PromptTokens, rows.Sum(row => row.CompletionTokens), cached);
    }
}
