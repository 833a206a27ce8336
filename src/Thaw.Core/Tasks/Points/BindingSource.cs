using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Points;

/// <summary>Where a split takes the binding of its prompts from: always the same one, or one that is drawn for each hand.</summary>
public sealed class BindingSource
{
    private readonly PointsBinding _template;
    private readonly IReadOnlyList<FaceCardRule> _rules;
    private readonly IReadOnlyList<InstructionText> _texts;

    private BindingSource(PointsBinding template, IReadOnlyList<FaceCardRule> rules, IReadOnlyList<InstructionText> texts)
    {
        (_template, _rules, _texts) = (template, rules, texts);
    }

    /// <summary>True where nothing but the values of face cards is not as in training.</summary>
    public bool DiffersByFacesAlone => _texts is [var text] && text == InstructionText.Paper
        && _template with { Rule = RuleWith(FaceCardRule.Training) } == PointsBinding.Training
        && !(_rules is [var only] && only == FaceCardRule.Training);

    public static BindingSource Fixed(PointsBinding binding) => new(binding, [binding.Rule.Faces], [binding.Text]);

    public static BindingSource Fixed(PointsRule rule) => Fixed(PointsBinding.Of(rule));

    /// <summary>The training binding with other face cards for each hand; never so that the hand counts what it counts in training.</summary>
    public static BindingSource DrawnFrom(IReadOnlyList<FaceCardRule> rules) => new(PointsBinding.Training, rules, [InstructionText.Paper]);

    /// <summary>The training rule in another text for each hand.</summary>
    public static BindingSource DrawnFrom(IReadOnlyList<InstructionText> texts) => new(PointsBinding.Training, [FaceCardRule.Training], texts);

    /// <summary>True where some binding of the source suits the hand.</summary>
    public bool Suits(PointsInstance hand) => _rules.Any(rule => Suits(rule, hand));

    /// <summary>Of the bindings that suit the hand, each is as likely as any other; a fixed one is given for any hand.</summary>
    /// <exception cref="ArgumentException">No binding suits the hand.</exception>
    public PointsBinding Draw(SplitMix64 random, PointsInstance hand)
    {
        if (_rules.Count == 1)
        {
            return _template with { Text = random.Pick(_texts) };
        }

        var rules = _rules.ToList();
        random.Shuffle(rules);
        var rule = rules.FirstOrDefault(rule => Suits(rule, hand))
            ?? throw new ArgumentException($"The hand {hand} cannot be played under any rule of the split.", nameof(hand));
        return _template with { Rule = RuleWith(rule), Text = random.Pick(_texts) };
    }

    /// <summary>The prompts of this source with face cards that were drawn otherwise, and with their text where the source has no other than the paper's.</summary>
    public PointsBinding Around(PointsBinding drawn, SplitMix64 random) => _template with
    {
        Rule = RuleWith(drawn.Rule.Faces),
        Text = _texts is [var text] && text == InstructionText.Paper ? drawn.Text : random.Pick(_texts),
    };

    private bool Suits(FaceCardRule rule, PointsInstance hand) => hand.Suits(RuleWith(rule))
        && (_rules.Count == 1 || !rule.ValuesOf(hand.Cards).SequenceEqual(FaceCardRule.Training.ValuesOf(hand.Cards)));

    private PointsRule RuleWith(FaceCardRule faces) => _template.Rule with { Faces = faces };
}
