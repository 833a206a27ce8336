namespace Thaw.Core.Tasks.Points;

/// <summary>How the four operations are spelled. Formulas are written with it and read with it, and with nothing else.</summary>
public sealed record OperatorNames
{
    private readonly Operation[] _longestFirst;

    /// <exception cref="ArgumentException">A name is empty or holds a digit, space, quote, brace, bracket, comma, colon, = or backslash, or two are the same.</exception>
    public OperatorNames(string plus, string minus, string times, string over)
    {
        string[] names = [plus, minus, times, over];
        if (names.FirstOrDefault(name => name.Length == 0 || name.Any(IsReserved)) is { } bad)
        {
            throw new ArgumentException($"An operator must not be empty nor hold digits, space, quotes, brackets or =, but one is \"{bad}\".");
        }

        if (names.Distinct(StringComparer.Ordinal).Count() != names.Length)
        {
            throw new ArgumentException($"The four operators must differ: {string.Join(", ", names)}.");
        }

        (Plus, Minus, Times, Over) = (plus, minus, times, over);
        _longestFirst = [.. Enum.GetValues<Operation>().OrderByDescending(operation => NameOf(operation).Length)];
    }

    /// <summary>+ - * / as in the paper.</summary>
    public static OperatorNames Training { get; } = new("+", "-", "*", "/");

    public string Plus { get; }

    public string Minus { get; }

    public string Times { get; }

    public string Over { get; }

    public string NameOf(Operation operation) => operation switch
    {
        Operation.Add => Plus,
        Operation.Subtract => Minus,
        Operation.Multiply => Times,
        Operation.Divide => Over,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not an operation."),
    };

    /// <summary>The operation that <paramref name="text"/> begins with, or null; the longest name wins.</summary>
    public Operation? ReadOrNull(ReadOnlySpan<char> text)
    {
        foreach (var operation in _longestFirst)
        {
            if (text.StartsWith(NameOf(operation), StringComparison.Ordinal))
            {
                return operation;
            }
        }

        return null;
    }

    // What numbers, answers and traces are divided by.
    private static bool IsReserved(char c) => char.IsDigit(c) || char.IsWhiteSpace(c) || "()[]{}\"',:=\\".Contains(c, StringComparison.Ordinal);

    public bool Equals(OperatorNames? other) => other is not null && (Plus, Minus, Times, Over) == (other.Plus, other.Minus, other.Times, other.Over);

    public override int GetHashCode() => HashCode.Combine(Plus, Minus, Times, Over);

    public override string ToString() => $"{Plus},{Minus},{Times},{Over}";
}
