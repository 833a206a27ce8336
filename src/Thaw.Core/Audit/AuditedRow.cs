using Thaw.Core.Storage;
using Thaw.Core.Tasks;

namespace Thaw.Core.Audit;

/// <summary>One line of a dataset, ours or foreign, as far as an audit looks at it.</summary>
/// <param name="Prompt">Null where the row has none.</param>
/// <param name="Task">The task whose prompt or instance it is; null where none was recognised, and then there are no facts.</param>
internal sealed record AuditedRow(string? Prompt, string? Task, PromptFacts? Facts)
{
    /// <summary>Reads as a stream: rows with a <c>prompt</c> (text, or messages with a <c>content</c>), or with an instance of some task.</summary>
    /// <exception cref="InvalidDataException">A line is not one JSON object: <c>FILE: line N: cause</c>.</exception>
    public static IEnumerable<AuditedRow> ReadAll(string path) => JsonRow.ReadAll(path).Select(Of);

    private static AuditedRow Of(JsonRow row)
    {
        var prompt = row.TextOrNull("prompt");
        foreach (var reader in TaskCatalog.Readers)
        {
            if ((prompt is null ? reader.ReadInstance(row) : reader.ReadPrompt(prompt)) is { } facts)
            {
                return new AuditedRow(prompt, reader.Task, facts);
            }
        }

        return new AuditedRow(prompt, null, null);
    }
}
