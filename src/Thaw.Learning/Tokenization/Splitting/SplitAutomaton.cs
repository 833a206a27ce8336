using System.Runtime.InteropServices;

namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>Matches a split expression at a place of UTF-8 text in one pass, without ever going back.</summary>
/// <remarks>
/// All ways through the expression are followed at once, in their order of preference, as one state of a table that is made once; so the
/// match is the one that a backtracking engine finds first. The table tells with the character behind a match that there is one, which
/// is also how looking ahead at a character works. Source: R. Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009.
/// </remarks>
internal sealed class SplitAutomaton
{
    private const int MaxStates = 2000;

    /// <summary>Steps that are followed to make the table. Published expressions take about 10,000.</summary>
    private const int MaxWork = 10_000_000;

    /// <summary>In an entry of the table: the text so far is a match, and the preferred one of those so far.</summary>
    private const int MatchBefore = 1 << 31;

    private readonly SplitProgram _program;
    private int _work;
    private readonly CodePointClasses _classes;
    private readonly byte[] _classOfAscii;
    private readonly int[] _table;
    private readonly int _end;
    private readonly int _start;

    /// <exception cref="FormatException">The expression is malformed, unsupported, matches nothing, or is too large; the message says so.</exception>
    public SplitAutomaton(string pattern)
    {
        var node = SplitParser.Parse(pattern);
        if (node.IsNullable)
        {
            throw new FormatException("an expression that can match nothing is not supported.");
        }

        _program = new SplitProgram(node);
        _classes = new CodePointClasses([.. _program.Steps.Select(step => step.Set).OfType<CodePointSet>().Distinct()]);
        _classOfAscii = _classes.OfAscii.ToArray();
        _end = _classes.Examples.Count;
        (_table, _start) = Build();
    }

    /// <param name="text">Well-formed UTF-8.</param>
    /// <param name="seen">The end of what was looked at; one more than the length where it mattered that the text ends.</param>
    /// <returns>The end of the match that begins at <paramref name="start"/>, or -1.</returns>
    public int Match(ReadOnlySpan<byte> text, int start, out int seen)
    {
        var (table, ascii) = (_table, _classOfAscii);
        var (state, match, i) = (_start, -1, start);
        while (i < text.Length)
        {
            int entry;
            int width;
            var first = text[i];
            if (first < 0x80)
            {
                entry = table[state + ascii[first]];
                width = 1;
            }
            else
            {
                entry = table[state + _classes.Of(Utf8Text.CodePointAt(text, i, out width))];
            }

            if (entry < 0)
            {
                match = i;
                entry &= ~MatchBefore;
            }

            if (entry == 0)
            {
                seen = i + width;
                return match;
            }

            state = entry;
            i += width;
        }

        seen = text.Length + 1;
        return table[state + _end] < 0 ? i : match;
    }

    /// <summary>States are lists of steps to try next, in order of preference; state 0 has none.</summary>
    private (int[] Table, int Start) Build()
    {
        var width = _end + 1;
        var table = new List<int>();
        var known = new Dictionary<string, int>();
        var states = new List<int[]>();
        int StateOf(int[] steps)
        {
            var key = MemoryMarshal.Cast<int, char>(steps).ToString();
            if (known.TryAdd(key, states.Count))
            {
                states.Add(states.Count == MaxStates ? throw new FormatException("the expression has too many states.") : steps);
            }

            return known[key] * width;
        }

        StateOf([]);
        var start = StateOf([_program.Start]);
        for (var i = 0; i < states.Count; i++)
        {
            for (var symbol = 0; symbol <= _end; symbol++)
            {
                var (next, matches) = Follow(states[i], symbol == _end ? -1 : _classes.Examples[symbol]);
                table.Add(StateOf(next) | (matches ? MatchBefore : 0));
            }
        }

        return ([.. table], start);
    }

    /// <param name="symbol">The next character, or -1 for the end of the text.</param>
    private (int[] Next, bool Matches) Follow(int[] state, int symbol)
    {
        var next = new List<int>();
        var seen = new HashSet<int>();
        var pending = new Stack<int>(state.Reverse());
        while (pending.TryPop(out var index))
        {
            if (index < 0 || !seen.Add(index))
            {
                continue;
            }

            if (++_work > MaxWork)
            {
                throw new FormatException("the expression is too large.");
            }

            var step = _program.Steps[index];
            switch (step.Kind)
            {
                case SplitProgram.Kind.Match:
                    // What is less preferred than a match does not count any more.
                    return ([.. next], true);
                case SplitProgram.Kind.Fork:
                    pending.Push(step.Other);
                    pending.Push(step.Next);
                    break;
                case SplitProgram.Kind.Look when symbol < 0 ? step.AtEnd : step.Set!.Contains(symbol):
                    pending.Push(step.Next);
                    break;
                case SplitProgram.Kind.Take when symbol >= 0 && step.Set!.Contains(symbol) && !next.Contains(step.Next):
                    next.Add(step.Next);
                    break;
            }
        }

        return ([.. next], false);
    }
}
