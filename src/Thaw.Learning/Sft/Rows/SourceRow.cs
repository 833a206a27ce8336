using System.Text.Json;

namespace Thaw.Learning.Sft.Rows;

/// <summary>One row to learn from, as its source has it.</summary>
/// <param name="Place">For messages: <c>data.jsonl: line 7</c>, <c>sokoban: row 7</c>.</param>
/// <param name="Task">Whose prompt it is; empty where the row does not say.</param>
/// <param name="InstanceId">Empty where the row does not say.</param>
/// <param name="IsOfSolver">Written in this process, so from a training instance.</param>
internal sealed record SourceRow(string Place, RowContent Content, string Task = "", string InstanceId = "", bool IsOfSolver = false);

/// <summary>What a row says.</summary>
internal abstract record RowContent;

/// <summary>Used word for word. The prompt may be empty.</summary>
internal sealed record TextContent(string Prompt, string Completion) : RowContent;

/// <summary>For the model's chat template.</summary>
/// <param name="Prompt">The messages before what is learnt.</param>
/// <param name="Completion">The messages behind, the last of which is the assistant's.</param>
/// <param name="Variables">Of the template, from the row's <c>chat_template_kwargs</c>.</param>
internal sealed record ChatContent(
    IReadOnlyList<JsonElement> Prompt, IReadOnlyList<JsonElement> Completion, JsonElement? Tools, IReadOnlyDictionary<string, JsonElement> Variables) : RowContent;
