using Thaw.Learning.Training;

namespace Thaw.Learning.Sft.Rows;

/// <summary>A row as it is learnt, and what it was made from.</summary>
/// <param name="Prompt">The text before the first answer; of a row without a prompt, nothing.</param>
/// <param name="PromptLength">Tokens of it, before anything was cut.</param>
/// <param name="WasCut">Tokens are missing, since the row was too long.</param>
internal sealed record RowTokens(SourceRow Row, TrainingExample Example, string Prompt, int PromptLength, bool WasCut)
{
    /// <summary>The last target; null where there is none.</summary>
    public int? LastTarget => Array.LastIndexOf(Example.IsTarget, true) is >= 0 and var last ? Example.Ids[last] : null;
}
