using System.Numerics;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary>All tests: what can stand behind <c>is</c>.</summary>
internal static class TestTable
{
    private delegate bool Unary(Value value, Rendering run);

    private delegate bool Binary(Value value, Value other, Rendering run);

    private static readonly Dictionary<string, Unary> s_unary = new()
    {
        ["defined"] = (value, _) => value is not UndefinedValue,
        ["undefined"] = (value, _) => value is UndefinedValue,
        ["none"] = (value, _) => value is NoneValue,
        ["boolean"] = (value, _) => value is BoolValue,
        ["true"] = (value, _) => ReferenceEquals(value, BoolValue.True),
        ["false"] = (value, _) => ReferenceEquals(value, BoolValue.False),
        ["integer"] = (value, _) => value is IntegerValue,
        ["float"] = (value, _) => value is FloatValue,
        ["number"] = (value, _) => value is IntegerValue or FloatValue or BoolValue,
        ["string"] = (value, _) => value is StringValue,
        ["mapping"] = (value, _) => value is DictValue,
        ["sequence"] = (value, _) => value is StringValue or ListValue or DictValue or RangeValue or UndefinedValue or GroupValue,
        ["iterable"] = (value, _) => value.Items is not null,
        ["callable"] = (value, _) => value is CallableValue or UndefinedValue,
        ["lower"] = (value, run) => LetterCase.IsLower(TextFilters.Read(value, run)),
        ["upper"] = (value, run) => LetterCase.IsUpper(TextFilters.Read(value, run)),
        ["even"] = (value, run) => Remainder(value, 2, run) == 0,
        ["odd"] = (value, run) => Remainder(value, 2, run) == 1,
        ["escaped"] = (_, _) => false,
        ["filter"] = (value, _) => value is StringValue name && FilterTable.Has(name.Text),
        ["test"] = (value, _) => value is StringValue name && (s_unary!.ContainsKey(name.Text) || s_binary!.ContainsKey(name.Text)),
    };

    private static readonly Dictionary<string, Binary> s_binary = new()
    {
        ["eq"] = Comparison.AreEqual,
        ["ne"] = (value, other, run) => !Comparison.AreEqual(value, other, run),
        ["lt"] = (value, other, run) => Comparison.Compare(value, other, "<", run) < 0,
        ["le"] = (value, other, run) => Comparison.Compare(value, other, "<=", run) <= 0,
        ["gt"] = (value, other, run) => Comparison.Compare(value, other, ">", run) > 0,
        ["ge"] = (value, other, run) => Comparison.Compare(value, other, ">=", run) >= 0,
        ["in"] = (value, other, run) => Comparison.Contains(other, value, run),
        ["sameas"] = IsSame,
        ["divisibleby"] = (value, other, run) => Numbers.IsWhole(other, out var divisor) && divisor.IsZero
            ? throw run.Error("division by zero")
            : Remainder(value, Numbers.IsWhole(other, out divisor) ? divisor : throw Wrong(other, run), run) == 0,
    };

    // Other spellings of the same tests.
    private static readonly Dictionary<string, string> s_aliases = new()
    {
        ["=="] = "eq",
        ["equalto"] = "eq",
        ["!="] = "ne",
        ["<"] = "lt",
        ["lessthan"] = "lt",
        ["<="] = "le",
        [">"] = "gt",
        ["greaterthan"] = "gt",
        [">="] = "ge",
    };

    public static bool Holds(string name, Value value, Arguments arguments, Rendering run)
    {
        var test = s_aliases.GetValueOrDefault(name, name);
        if (s_unary.TryGetValue(test, out var unary))
        {
            arguments.Bind(run, $"test '{name}'", 0);
            return unary(value, run);
        }

        if (s_binary.TryGetValue(test, out var binary))
        {
            return binary(value, arguments.Bind(run, $"test '{name}'", 1, "other")[0]!, run);
        }

        throw FilterTable.Unknown("test", name, s_unary.Keys.Concat(s_binary.Keys).Concat(s_aliases.Keys), run);
    }

    // Whether two values are one object; for what has no identity here, whether they are of one kind and equal.
    private static bool IsSame(Value value, Value other, Rendering run) => value is ListValue or DictValue
        ? ReferenceEquals(value, other)
        : value.GetType() == other.GetType() && Comparison.AreEqual(value, other, run);

    private static BigInteger Remainder(Value value, BigInteger divisor, Rendering run) => Numbers.IsWhole(value, out var whole)
        ? ((whole % divisor) + divisor) % divisor
        : value is FloatValue { Number: var number } && double.IsInteger(number) ? ((new BigInteger(number) % divisor) + divisor) % divisor
        : value is FloatValue ? BigInteger.MinusOne
        : throw Wrong(value, run);

    private static JinjaException Wrong(Value value, Rendering run) =>
        run.Error(value is UndefinedValue undefined ? undefined.Cause : $"a number is needed, not {value.TypeName}");
}
