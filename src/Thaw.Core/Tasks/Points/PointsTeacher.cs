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
    private readonly PointsSampler _sampler;
    private readonly PointsTrace _trace;
    private readonly SplitMix64 _hands;
    private readonly SplitMix64 _bindings;

    /// <exception cref="ArgumentException">The plan asks for what this task does not have.</exception>
    public PointsTeacher(DemonstrationPlan plan)
    {
        if (plan.ExtraStarts != 0)
        {
            throw new ArgumentException($"A hand has no other start positions, so points knows no extra starts, not {plan.ExtraStarts}.", nameof(plan));
        }

        _plan = plan;
        _sampler = new PointsSampler(plan);
        _trace = new PointsTrace(plan.Format);
        _hands = SplitMix64.For(plan.Seed, "points/demonstrations/hands");
        _bindings = SplitMix64.For(plan.Seed, "points/demonstrations/bindings");
    }

    public IEnumerable<Demonstration> Write()
    {
        while (true)
        {
            var hand = HandFamily.Training.Draw(_hands);
            if (hand.Fold == Fold.Train && hand.Suits(PointsRule.Training) && _sampler.DrawOrNull(_bindings, hand) is { } binding)
            {
                yield return Write(hand, binding);
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
                binding == PointsBinding.Training ? "id" : "diverse",
                binding.ToString(),
                _plan.Seed,
                Generator,
                "solver");
    }
}
