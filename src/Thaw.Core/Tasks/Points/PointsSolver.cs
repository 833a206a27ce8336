using System.Numerics;

namespace Thaw.Core.Tasks.Points;

/// <summary>Decides whether some formula over all the values makes the target, and lists those formulas. Complete, and exact.</summary>
public static class PointsSolver
{
    public const int MostCards = 6;

    public const int LargestValue = 100;

    public const int LargestTarget = 10_000;

    /// <summary>True where the values, each used once, make <paramref name="target"/> by + - * / in any order and nesting.</summary>
    /// <remarks>
    /// Works from the target backwards: one operand of the outermost operation is made from a smaller part of the hand, and the rest
    /// has to make what is then missing. Fractions are compared by cross products and never reduced.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// Not 1 to <see cref="MostCards"/> values of 1 to <see cref="LargestValue"/>, or a target beyond ± <see cref="LargestTarget"/>.
    /// </exception>
    public static bool CanMake(ReadOnlySpan<int> values, int target)
    {
        Check(values, target);
        Span<long> sorted = stackalloc long[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            sorted[i] = values[i];
        }

        sorted.Sort();
        return new Search(sorted).CanMake((1 << sorted.Length) - 1, new Fraction(target, 1));
    }

    /// <summary>Every formula that makes <paramref name="target"/>, once each; see <see cref="FormulaTerms"/> for which formulas are the same.</summary>
    /// <returns>The shortest text first, then in ordinal order; empty where the target cannot be made.</returns>
    /// <exception cref="ArgumentException">As for <see cref="CanMake"/>.</exception>
    public static IReadOnlyList<Formula> FindAll(ReadOnlySpan<int> values, int target)
    {
        Check(values, target);
        return [.. new FormulaTerms(values).All(target)
            .Select(formula => (Formula: formula, Text: formula.ToString()))
            .OrderBy(entry => entry.Text.Length)
            .ThenBy(entry => entry.Text, StringComparer.Ordinal)
            .Select(entry => entry.Formula)];
    }

    /// <summary>One formula that makes <paramref name="target"/>: the one that demonstrations teach, where the target is not negative.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="ArgumentException">As for <see cref="CanMake"/>.</exception>
    public static Formula? FindFirstOrNull(ReadOnlySpan<int> values, int target)
    {
        if (!CanMake(values, target))
        {
            return null;
        }

        return target < 0 ? FindAll(values, target)[0]
            : values.Length == 1 ? new Formula([Formula.Node.Of(target)])
            : PointsSearch.FormulaOf(PointsSearch.Find(values.ToArray(), target));
    }

    private static void Check(ReadOnlySpan<int> values, int target)
    {
        if (values.Length is < 1 or > MostCards)
        {
            throw new ArgumentException($"A hand holds 1 to {MostCards} cards, not {values.Length}.", nameof(values));
        }

        foreach (var value in values)
        {
            if (value is < 1 or > LargestValue)
            {
                throw new ArgumentException($"A card counts 1 to {LargestValue}, not {value}.", nameof(values));
            }
        }

        if (target is < -LargestTarget or > LargestTarget)
        {
            throw new ArgumentException($"A target lies between -{LargestTarget} and {LargestTarget}, not {target}.", nameof(target));
        }
    }

    // Not in lowest terms, and the denominator may be negative, but never 0.
    private readonly record struct Fraction(long Numerator, long Denominator);

    // Parts of the hand are bit sets over its sorted values.
    private readonly ref struct Search
    {
        // Six values of three cards need 6 · 3 · 6 places.
        private const int MostResults = 108;

        private readonly ReadOnlySpan<long> _values;

        // For each card the cards before it that count the same.
        private readonly int[] _twins;

        public Search(ReadOnlySpan<long> values)
        {
            _values = values;
            _twins = new int[values.Length];
            for (var i = 1; i < values.Length; i++)
            {
                _twins[i] = values[i] == values[i - 1] ? _twins[i - 1] | (1 << (i - 1)) : 0;
            }
        }

        // Numerators and denominators stay below 10,000 · 100^6 · 2^6 < 2^63, cross products included: each card multiplies the
        // greatest by at most 2 · 100. So nothing is lost where overflow is not checked.
        public bool CanMake(int part, Fraction target)
        {
            unchecked
            {
                var count = BitOperations.PopCount((uint)part);
                if (count == 1)
                {
                    return target.Numerator == _values[BitOperations.TrailingZeroCount(part)] * target.Denominator;
                }

                return count switch
                {
                    2 => PairMakes(part, target),
                    3 => TripleMakes(part, target),
                    _ => SplitMakes(part, count, target),
                };
            }
        }

        private bool PairMakes(int part, Fraction target)
        {
            unchecked
            {
                var a = _values[BitOperations.TrailingZeroCount(part)];
                var b = _values[BitOperations.TrailingZeroCount(part & (part - 1))];
                var (n, d) = target;
                return n == (a + b) * d || n == a * b * d || n == (b - a) * d || n == (a - b) * d || n * a == b * d || n * b == a * d;
            }
        }

        // One operand of the outermost operation is a card.
        private bool TripleMakes(int part, Fraction target)
        {
            for (var rest = part; rest != 0; rest &= rest - 1)
            {
                var card = rest & -rest;
                if (!IsRepeated(card, part) && CanComplete(part & ~card, new Fraction(_values[BitOperations.TrailingZeroCount(card)], 1), target))
                {
                    return true;
                }
            }

            return false;
        }

        // Either operand of the outermost operation holds at most half of the cards, so at most three.
        private bool SplitMakes(int part, int count, Fraction target)
        {
            Span<Fraction> results = stackalloc Fraction[MostResults];
            for (var small = (part - 1) & part; small > 0; small = (small - 1) & part)
            {
                var size = BitOperations.PopCount((uint)small);
                if (size * 2 > count || (size * 2 == count && (small & part & -part) == 0) || IsRepeated(small, part))
                {
                    continue;
                }

                var found = Results(small, size, results);
                foreach (var operand in results[..found])
                {
                    if (CanComplete(part & ~small, operand, target))
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        // The same values are taken from the first of equal cards; other choices are repetitions.
        private bool IsRepeated(int small, int part)
        {
            for (var rest = small; rest != 0; rest &= rest - 1)
            {
                if ((_twins[BitOperations.TrailingZeroCount(rest)] & part & ~small) != 0)
                {
                    return true;
                }
            }

            return false;
        }

        // All values of one, two or three cards.
        private int Results(int part, int size, Span<Fraction> results)
        {
            if (size == 1)
            {
                results[0] = new Fraction(_values[BitOperations.TrailingZeroCount(part)], 1);
                return 1;
            }

            var found = 0;
            Span<Fraction> inner = stackalloc Fraction[6];
            for (var rest = part; rest != 0; rest &= rest - 1)
            {
                var card = new Fraction(_values[BitOperations.TrailingZeroCount(rest)], 1);
                var others = Results(part & ~(rest & -rest), size - 1, inner);
                foreach (var other in inner[..others])
                {
                    found = Combine(card, other, results, found);
                }

                if (size == 2)
                {
                    break;
                }
            }

            return found;
        }

        private static int Combine(Fraction a, Fraction b, Span<Fraction> results, int found)
        {
            unchecked
            {
                var (an, ad) = a;
                var (bn, bd) = b;
                results[found++] = new Fraction(an * bn, ad * bd);
                results[found++] = new Fraction((an * bd) + (bn * ad), ad * bd);
                results[found++] = new Fraction((an * bd) - (bn * ad), ad * bd);
                results[found++] = new Fraction((bn * ad) - (an * bd), ad * bd);
                if (bn != 0)
                {
                    results[found++] = new Fraction(an * bd, ad * bn);
                }

                if (an != 0)
                {
                    results[found++] = new Fraction(bn * ad, bd * an);
                }

                return found;
            }
        }

        // What the rest x has to be, for each operation that joins it to the operand a.
        private bool CanComplete(int rest, Fraction a, Fraction target)
        {
            unchecked
            {
                var (tn, td) = target;
                var (an, ad) = a;
                var (scaledTarget, scaledOperand, denominator) = (tn * ad, an * td, td * ad);
                if (CanMake(rest, new Fraction(scaledTarget - scaledOperand, denominator)) // x + a
                    || CanMake(rest, new Fraction(scaledTarget + scaledOperand, denominator)) // x - a
                    || CanMake(rest, new Fraction(scaledOperand - scaledTarget, denominator))) // a - x
                {
                    return true;
                }

                if (an == 0)
                {
                    // 0 = x * 0, whatever x is.
                    return tn == 0;
                }

                return CanMake(rest, new Fraction(scaledTarget, scaledOperand)) // x * a
                    || CanMake(rest, new Fraction(tn * an, denominator)) // x / a
                    || (tn != 0 && CanMake(rest, new Fraction(scaledOperand, scaledTarget))); // a / x
            }
        }
    }
}
