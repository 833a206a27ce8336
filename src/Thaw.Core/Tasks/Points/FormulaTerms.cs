using System.Numerics;
using System.Text;

namespace Thaw.Core.Tasks.Points;

/// <summary>All formulas over a hand, each in the one form that it shares with those that differ by commutation or association.</summary>
/// <remarks>
/// A formula is read as a sum whose members are added or subtracted, or as a product whose members multiply or divide. A member is
/// a card, or a formula of the other kind: a sum in a sum, and a product in a product, is dissolved into its own members. Two
/// formulas are the same where these readings have the same members, in any order, and cards of one value are alike.
/// So a-(b-c) is a+c-b, and a/(b/c) is a*c/b. But a*(b-c)+d is not d-a*(c-b), (a-b)*(c-d) is not (b-a)*(d-c), and a*1 is not a/1: these
/// need more than the two laws. A formula that divides by zero is none.
/// </remarks>
internal sealed class FormulaTerms
{
    private readonly int[] _values;
    private readonly Dictionary<string, Term> _known = [];
    private readonly Dictionary<int, IReadOnlyList<Term>> _termsOf = [];

    public FormulaTerms(ReadOnlySpan<int> values)
    {
        _values = values.ToArray();
        Array.Sort(_values);
    }

    /// <summary>The formulas over all cards with the value <paramref name="target"/>, in no order.</summary>
    public IEnumerable<Formula> All(int target) => Combine((1 << _values.Length) - 1, new Rational(target)).Select(term => term.Write());

    // Terms over fewer cards are needed whatever their value is; over all of them, only those that make the target are built.
    private List<Term> Combine(int part, Rational? wanted)
    {
        if (BitOperations.PopCount((uint)part) == 1)
        {
            var card = Card(_values[BitOperations.TrailingZeroCount(part)]);
            return wanted is null || wanted == card.Value ? [card] : [];
        }

        var terms = new HashSet<Term>();
        for (var left = (part - 1) & part; left > 0; left = (left - 1) & part)
        {
            // Unordered: the left side is the one with the first card.
            if ((left & part & -part) == 0)
            {
                continue;
            }

            foreach (var a in TermsOf(left))
            {
                foreach (var b in TermsOf(part & ~left))
                {
                    Add(terms, wanted, Operation.Add, a, b);
                    Add(terms, wanted, Operation.Subtract, a, b);
                    Add(terms, wanted, Operation.Subtract, b, a);
                    Add(terms, wanted, Operation.Multiply, a, b);
                    Add(terms, wanted, Operation.Divide, a, b);
                    Add(terms, wanted, Operation.Divide, b, a);
                }
            }
        }

        return [.. terms];
    }

    // Parts with the same values share their terms.
    private IReadOnlyList<Term> TermsOf(int part)
    {
        var first = FirstWithSameValues(part);
        if (!_termsOf.TryGetValue(first, out var terms))
        {
            terms = Combine(first, wanted: null);
            _termsOf.Add(first, terms);
        }

        return terms;
    }

    private int FirstWithSameValues(int part)
    {
        var first = 0;
        for (var card = 0; card < _values.Length; card++)
        {
            if ((part & (1 << card)) != 0)
            {
                var place = Array.IndexOf(_values, _values[card]);
                while ((first & (1 << place)) != 0)
                {
                    place++;
                }

                first |= 1 << place;
            }
        }

        return first;
    }

    private void Add(HashSet<Term> terms, Rational? wanted, Operation operation, Term a, Term b)
    {
        // No value of six cards of at most 100 comes near the limits of a Rational, so false is a division by zero.
        if (Rational.TryApply(operation, a.Value, b.Value, out var value) && (wanted is null || wanted == value))
        {
            terms.Add(Join(operation, a, b, value));
        }
    }

    private Term Card(int value) => Intern($"={value}", () => new Term(_known.Count, TermKind.Card, [], new Rational(value)));

    private Term Join(Operation operation, Term a, Term b, Rational value)
    {
        var kind = operation is Operation.Add or Operation.Subtract ? TermKind.Sum : TermKind.Product;
        var isInverse = operation is Operation.Subtract or Operation.Divide;
        Member[] members = [.. MembersAs(kind, a), .. MembersAs(kind, b).Select(member => member with { IsInverse = member.IsInverse ^ isInverse })];
        Array.Sort(members, (x, y) => (x.IsInverse, -x.Term.Value.Numerator, x.Term.Id).CompareTo((y.IsInverse, -y.Term.Value.Numerator, y.Term.Id)));

        var key = new StringBuilder(kind == TermKind.Sum ? "+" : "*");
        foreach (var member in members)
        {
            key.Append(member.IsInverse ? '!' : ' ').Append(member.Term.Id);
        }

        return Intern(key.ToString(), () => new Term(_known.Count, kind, members, value));
    }

    private static Member[] MembersAs(TermKind kind, Term term) => term.Kind == kind ? term.Members : [new Member(term, IsInverse: false)];

    private Term Intern(string key, Func<Term> make)
    {
        if (!_known.TryGetValue(key, out var term))
        {
            term = make();
            _known.Add(key, term);
        }

        return term;
    }

    private enum TermKind
    {
        Card,
        Sum,
        Product,
    }

    private readonly record struct Member(Term Term, bool IsInverse);

    /// <summary>Made once for each form, so that terms are the same where they are one object.</summary>
    private sealed class Term(int id, TermKind kind, Member[] members, Rational value)
    {
        public int Id => id;

        public TermKind Kind => kind;

        public Member[] Members => members;

        public Rational Value => value;

        public Formula Write()
        {
            var postfix = new List<Formula.Node>();
            Write(postfix);
            return new Formula(postfix);
        }

        // Members that are added or multiply come first, and there is always one.
        private void Write(List<Formula.Node> postfix)
        {
            if (kind == TermKind.Card)
            {
                postfix.Add(Formula.Node.Of(value.Numerator));
                return;
            }

            members[0].Term.Write(postfix);
            foreach (var member in members.AsSpan(1))
            {
                member.Term.Write(postfix);
                postfix.Add(Formula.Node.Of((kind, member.IsInverse) switch
                {
                    (TermKind.Sum, false) => Operation.Add,
                    (TermKind.Sum, true) => Operation.Subtract,
                    (_, false) => Operation.Multiply,
                    (_, true) => Operation.Divide,
                }));
            }
        }
    }
}
