namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>A split expression as instructions between which a matcher has choices, the preferred one first.</summary>
internal sealed class SplitProgram
{
    public enum Kind
    {
        Take,
        Fork,
        Look,
        Match,
    }

    /// <param name="Set">What is taken or looked at.</param>
    /// <param name="Next">Where to go on; the preferred way of a fork.</param>
    /// <param name="Other">The other way of a fork, or -1.</param>
    /// <param name="AtEnd">Looking ahead succeeds at the end of the text.</param>
    public readonly record struct Step(Kind Kind, CodePointSet? Set, int Next, int Other, bool AtEnd);

    private const int MaxSteps = 4000;

    private readonly List<Step> _steps = [];

    /// <exception cref="FormatException">Counted quantifiers make it too large.</exception>
    public SplitProgram(SplitNode node) => Start = Emit(node, Add(new Step(Kind.Match, null, -1, -1, false)));

    public int Start { get; }

    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>Built from the back: <paramref name="next"/> is what follows the node.</summary>
    /// <returns>The first step of the node.</returns>
    private int Emit(SplitNode node, int next) => node switch
    {
        SplitNode.One one => Add(new Step(Kind.Take, one.Set, next, -1, false)),
        SplitNode.Ahead ahead => Add(new Step(Kind.Look, ahead.Set, next, -1, ahead.AtEnd)),
        SplitNode.Sequence sequence => sequence.Parts.Reverse().Aggregate(next, (after, part) => Emit(part, after)),
        SplitNode.Choice choice => choice.Options.Reverse().Aggregate(-1, (other, option) => Emit(option, next) is var first && other < 0 ? first : Fork(first, other, false)),
        SplitNode.Repeat repeat => EmitRepeat(repeat, next),
        _ => throw new InvalidOperationException($"A split expression has no '{node.GetType().Name}'."),
    };

    private int EmitRepeat(SplitNode.Repeat repeat, int next)
    {
        var first = next;
        if (repeat.Max < 0)
        {
            // The loop decides after each round; its fork must exist before the body that leads back to it.
            first = Fork(-1, next, repeat.IsLazy);
            var body = Emit(repeat.Body, first);
            _steps[first] = repeat.IsLazy ? _steps[first] with { Other = body } : _steps[first] with { Next = body };
        }

        for (var i = repeat.Min; i < repeat.Max; i++)
        {
            first = Fork(Emit(repeat.Body, first), next, repeat.IsLazy);
        }

        for (var i = 0; i < repeat.Min; i++)
        {
            first = Emit(repeat.Body, first);
        }

        return first;
    }

    private int Fork(int preferred, int other, bool swaps) =>
        Add(swaps ? new Step(Kind.Fork, null, other, preferred, false) : new Step(Kind.Fork, null, preferred, other, false));

    private int Add(Step step)
    {
        if (_steps.Count == MaxSteps)
        {
            throw new FormatException("the expression is too large.");
        }

        _steps.Add(step);
        return _steps.Count - 1;
    }
}
