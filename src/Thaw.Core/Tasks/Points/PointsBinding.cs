namespace Thaw.Core.Tasks.Points;

/// <summary>What a prompt states, and in which words.</summary>
/// <param name="Wording">How the values of the face cards are put.</param>
/// <param name="Text">The instruction around them.</param>
public sealed record PointsBinding(PointsRule Rule, RuleWording Wording, InstructionText Text)
{
    /// <summary>The paper's prompt under the paper's training rule.</summary>
    public static PointsBinding Training { get; } = Of(PointsRule.Training);

    /// <summary>The paper's prompt under another rule.</summary>
    public static PointsBinding Of(PointsRule rule) => new(rule, RuleWording.Paper, InstructionText.Paper);

    /// <summary>The rule, and what else is not as in the paper's prompt: <c>J=7 Q=7 K=7 wording=table</c>.</summary>
    public override string ToString() => string.Concat(
        Rule.ToString(),
        Wording == RuleWording.Paper ? "" : $" wording={Wording.Name}",
        Text == InstructionText.Paper ? "" : $" text={Text.Name}");
}
