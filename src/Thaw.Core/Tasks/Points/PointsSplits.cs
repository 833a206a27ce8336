namespace Thaw.Core.Tasks.Points;

/// <summary>The split table of the paper (section 2.3), and more.</summary>
internal static class PointsSplits
{
    private static readonly (int First, int Last) s_faces = (11, 13);
    private static readonly HandFamily s_withFace = new("4-cards-with-face", 4, 13, s_faces);
    private static readonly PointsRule s_five = PointsRule.Of(FaceCardRule.Uniform(5));
    private static readonly PointsRule s_seven = PointsRule.Of(FaceCardRule.Uniform(7));
    private static readonly PointsRule s_regular = PointsRule.Of(new FaceCardRule(11, 12, 13));
    private static readonly PointsRule s_exchanged = PointsRule.Of(new FaceCardRule(13, 12, 11));

    public static IReadOnlyList<PointsSplit> All { get; } =
    [
        new("id", SplitKind.Id, s_withFace, BindingSource.Fixed(PointsRule.Training)),
        new("all-5", SplitKind.Instruction, s_withFace, BindingSource.Fixed(s_five)),
        new("all-7", SplitKind.Instruction, s_withFace, BindingSource.Fixed(s_seven)),

        // Every hand holds a value above 10 as well, so these two are harder in two ways.
        new("all-12", SplitKind.Instruction, s_withFace, BindingSource.Fixed(PointsRule.Of(FaceCardRule.Uniform(12)))),
        new("regular", SplitKind.Instruction, s_withFace, BindingSource.Fixed(s_regular)),
        new("held-out", SplitKind.Instruction, s_withFace, BindingSource.DrawnFrom(FaceCardMappings.OfHeldOutValues)),
        new("held-out-mapping", SplitKind.Instruction, s_withFace with { Name = "4-cards-with-face-mapped" }, BindingSource.DrawnFrom(FaceCardMappings.HeldOut)),
        new("swapped", SplitKind.Instruction, s_withFace, BindingSource.Fixed(s_exchanged)),
        new("target-30", SplitKind.Instruction, s_withFace, BindingSource.Fixed(PointsRule.Training with { Target = 30 })),
        new("operators", SplitKind.Instruction, s_withFace, BindingSource.Fixed(PointsRule.Training with { Operators = new("&", "~", "@", "%") })),
        new("table", SplitKind.Instruction, s_withFace, BindingSource.Fixed(PointsBinding.Of(s_regular) with { Wording = RuleWording.Table })),
        new("prose", SplitKind.Instruction, s_withFace, BindingSource.Fixed(PointsBinding.Of(s_seven) with { Wording = RuleWording.Prose })),
        new("german", SplitKind.Instruction, s_withFace, BindingSource.Fixed(PointsBinding.Of(s_seven) with { Wording = RuleWording.German })),
        new("distractor", SplitKind.Instruction, s_withFace, BindingSource.Fixed(PointsBinding.Of(s_seven) with { Wording = RuleWording.Distractor })),
        new("fake", SplitKind.Fake, s_withFace, BindingSource.Fixed(s_regular), PointsRule.Training),
        new("fake-all-5", SplitKind.Fake, s_withFace, BindingSource.Fixed(s_five), PointsRule.Training),
        new("large", SplitKind.Difficulty, new("4-cards-to-19", 4, 19, (14, 19)), BindingSource.Fixed(PointsRule.Training)),
        new("five", SplitKind.Difficulty, new("5-cards", 5, 13), BindingSource.Fixed(PointsRule.Training)),
        new("six", SplitKind.Difficulty, new("6-cards", 6, 13), BindingSource.Fixed(PointsRule.Training)),
        new("paraphrase", SplitKind.Control, s_withFace, BindingSource.DrawnFrom(Paraphrases.HeldOut)),
    ];
}
