namespace Thaw.Core.Tasks.Points;

/// <summary>What the words of an instruction mean: what face cards count as, what is to be made, and how operators are spelled.</summary>
public sealed record PointsRule(FaceCardRule Faces, int Target, OperatorNames Operators)
{
    public const int TrainingTarget = 24;

    /// <summary>J, Q and K count 10, the target is 24, and the operators are + - * /.</summary>
    public static PointsRule Training { get; } = Of(FaceCardRule.Training);

    /// <summary>Other face cards, and all else as in <see cref="Training"/>.</summary>
    public static PointsRule Of(FaceCardRule faces) => new(faces, TrainingTarget, OperatorNames.Training);

    /// <summary>The face cards, and what else is not as in training: <c>J=10 Q=10 K=10 target=30</c>.</summary>
    public override string ToString() => string.Concat(
        Faces.ToString(),
        Target == TrainingTarget ? "" : $" target={Target}",
        Operators == OperatorNames.Training ? "" : $" operators={Operators}");
}
