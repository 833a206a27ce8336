using Thaw.Core.Demonstrations;

namespace Thaw.Core.Tasks.Points;

/// <summary>Writes the completions that teach: the answer alone, or behind a thought.</summary>
/// <remarks>
/// A thought is made from the cards and the stated rule and from nothing else. Terse: cards and values. Brief: these and the formula. Full size: the
/// formula's steps as well. With the search: the moves of <see cref="PointsSearch"/> before the formula, where a dead end is either
/// shown to its very end or left out. That an ace counts 1 is the one thing that it states and the prompt does not.
/// </remarks>
internal sealed class PointsTrace(DemonstrationFormat format)
{
    /// <summary>Lines of dead ends, at most; dead ends that would not fit any more are left out.</summary>
    private const int DeadLines = 40;

    // A few hundred sets of values make all hands, and the search does not depend on their order.
    private readonly Dictionary<(string Values, PointsRule Rule), Solution> _known = [];

    /// <exception cref="ArgumentException">The hand cannot be solved under the rule.</exception>
    public string Write(IReadOnlyList<CardRank> cards, PointsRule rule)
    {
        var values = rule.Faces.ValuesOf(cards);
        var key = (string.Join(' ', values.Order()), rule with { Faces = FaceCardRule.Training });
        if (!_known.TryGetValue(key, out var solution))
        {
            solution = Solve(values, rule) ?? throw new ArgumentException($"The hand {string.Join(' ', cards)} cannot be solved under {rule}.", nameof(cards));
            _known.Add(key, solution);
        }

        var answer = PointsPrompt.WriteAnswer(cards, values, solution.Formula);
        if (format == DemonstrationFormat.Answer)
        {
            return answer;
        }

        string[] lines =
        [
            TraceLanguage.Cards(cards),
            .. cards.Where(card => card.IsFace).Distinct().Select(card => TraceLanguage.Face(card, rule.Faces.ValueOf(card))),
            TraceLanguage.Numbers(values, rule.Target),
            .. solution.Lines,
        ];
        return $"{TraceLanguage.Open}{string.Join('\n', lines)}{TraceLanguage.Close}{answer}";
    }

    private Solution? Solve(int[] values, PointsRule rule)
    {
        var moves = PointsSearch.Find(values, rule.Target);
        if (moves.Count == 0)
        {
            return null;
        }

        var formula = PointsSearch.FormulaOf(moves);
        var text = formula.ToString(rule.Operators, "");
        var language = new TraceLanguage(rule.Operators);
        var lines = new List<string>();
        if (format == DemonstrationFormat.CotFull)
        {
            var room = DeadLines;
            lines.AddRange(Search(moves, rule.Target, language, ref room));
        }

        if (format != DemonstrationFormat.CotTerse)
        {
            lines.Add(TraceLanguage.Formula(text));
        }

        if (format is DemonstrationFormat.Cot or DemonstrationFormat.CotFull)
        {
            lines.Add(language.Steps(formula.Steps()));
        }

        return new Solution(text, lines);
    }

    // All moves from one state, of which the last may succeed.
    private static List<string> Search(IReadOnlyList<SearchMove> moves, int target, TraceLanguage language, ref int room)
    {
        var isSuccess = moves[^1].IsSuccess;
        if (moves[0].To.Numbers.Count == 1)
        {
            return [language.Pair(moves[0].From, moves.Select(move => move.Step), isSuccess ? null : target)];
        }

        var lines = new List<string>();
        foreach (var move in moves)
        {
            // A dead end is written whole first, as only then its length is known.
            var unlimited = int.MaxValue;
            var next = move.IsSuccess ? Search(move.Next, target, language, ref room) : Search(move.Next, target, language, ref unlimited);
            List<string> branch = [language.Move(move), .. next];
            if (!isSuccess || move.IsSuccess)
            {
                lines.AddRange(branch);
            }
            else if (branch.Count <= room)
            {
                lines.AddRange(branch);
                room -= branch.Count;
            }
        }

        if (!isSuccess)
        {
            lines.Add(TraceLanguage.Exhausted(moves[0].From, target));
        }

        return lines;
    }

    /// <param name="Lines">What a thought says behind the numbers.</param>
    private sealed record Solution(string Formula, IReadOnlyList<string> Lines);
}
