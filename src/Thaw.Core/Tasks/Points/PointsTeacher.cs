using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Points;

/// <summary>The solver as teacher: one row for each training hand.</summary>
/// <remarks>
/// Hands and bindings come from two streams, so frozen and diverse rows of one seed show the same hands in the same order, but
/// for those that no binding of a dose suits. Differs from the paper: of several formulas the one that <see cref="PointsSearch"/>
/// finds first is taught, so a hand has one answer; the paper draws one of them.
/// </remarks>
internal sealed class PointsTeacher
{
    private const string Generator = "thaw-points-1";

    private readonly DemonstrationPlan _plan;
    private readonly PointsSplit? _split;
    private readonly PointsSampler _sampler;
    private readonly PointsTrace _trace;
    private readonly SplitMix64 _hands;
    private readonly SplitMix64 _bindings;

    /// <param name="split">Of the hands, and of what stands in the prompt beside drawn face cards; null is the paper's training set.</param>
    /// <exception cref="ArgumentException">The plan asks for what this task or the split does not have.</exception>
    public PointsTeacher(DemonstrationPlan plan, PointsSplit? split)
    {
        split?.ThrowIfNotTeachable(plan);
        if (plan.ExtraStarts != 0)
        {
            throw new ArgumentException($"A hand has no other start positions, so points knows no extra starts, not {plan.ExtraStarts}.", nameof(plan));
        }

        if (plan.MarkShare > 0)
        {
            throw new ArgumentException("The words of points are numbers, so it knows no share of marks.", nameof(plan));
        }

        (_plan, _split) = (plan, split);
        _sampler = new PointsSampler(plan, split?.Stated);
        _trace = new PointsTrace(plan.Format);
        var stream = split is null ? "points/demonstrations" : $"points/demonstrations/{split.Hands.Name}";
        _hands = SplitMix64.For(plan.Seed, $"{stream}/hands");
        _bindings = SplitMix64.For(plan.Seed, $"{stream}/bindings");
    }

    public IEnumerable<Demonstration> Write() => Deal().Select(deal => Write(deal.Hand, deal.Binding));

    /// <summary>The same hands as episodes.</summary>
    public IEnumerable<Exercise> Practise() =>
        Deal().Select(deal => new Exercise(deal.Hand.Id, () => new PointsEpisode(deal.Hand, deal.Binding, deal.Binding.Rule)));

    private IEnumerable<(PointsInstance Hand, PointsBinding Binding)> Deal()
    {
        while (true)
        {
            var hand = (_split?.Hands ?? HandFamily.Training).Draw(_hands);
            if (hand.Fold == Fold.Train && (_split is not null || hand.Suits(PointsRule.Training)) && _sampler.DrawOrNull(_bindings, hand) is { } binding)
            {
                yield return (hand, binding);
            }
        }
    }

    /// <summary>The row for one hand.</summary>
    public Demonstration Write(PointsInstance hand, PointsBinding binding)
    {
        var completion = _trace.Write(hand.Cards, binding.Rule);
        return TraceVerifier.FindFaultOrNull(completion, hand.Cards, binding.Rule) is { } fault
            ? throw new InvalidOperationException($"The demonstration for {hand} is wrong: {fault}")
            : new Demonstration(
                PointsPrompt.Write(binding, hand.Cards).Text,
                completion,
                hand.Id,
                PointsTask.TaskName,
                _split?.Name ?? (binding == PointsBinding.Training ? "id" : "diverse"),
                binding.ToString(),
                _plan.Seed,
                Generator,
                "solver");
    }
}
