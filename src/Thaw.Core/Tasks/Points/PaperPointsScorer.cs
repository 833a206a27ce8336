using System.Globalization;
using System.Text.Json;

namespace Thaw.Core.Tasks.Points;

/// <summary>The scorer of the paper's public code, its faults included. For comparison only; <see cref="PointsJudge"/> is ours.</summary>
/// <remarks>
/// It reads the first formula, passes unbalanced parentheses and trailing operators as valid, computes in floating point, and looks
/// at neither cards, nor numbers, nor what follows a =. Where the public code itself fails, as for a formula that is no text, the
/// score is that of an illegal formula. Python's numbers and syntax are followed as far as a legal answer can reach them.
/// </remarks>
public static class PaperPointsScorer
{
    public const int Correct = 5;

    /// <summary>A legal formula over the right numbers with another value, or with none; everything from here on counts as valid.</summary>
    public const int NoSolution = -1;

    public const int IncorrectNumber = -2;

    public const int IllegalFormula = -3;

    // CPython's tokenizer takes no more.
    private const int DeepestNesting = 200;

    private const string FormulaMark = "\"formula\": \"";

    /// <param name="values">The scored values of the hand.</param>
    public static int Score(string completion, IReadOnlyList<int> values, int target)
    {
        if (Tokenize(ReadFormula(completion)) is not { } tokens || !IsGrammatical(tokens))
        {
            return IllegalFormula;
        }

        var numbers = tokens.Where(token => token.Kind == Kind.Number).Take(values.Count + 1).Select(token => token.Value);
        if (!numbers.Order().SequenceEqual(values.Order().Select(value => (double)value)))
        {
            return IncorrectNumber;
        }

        return EvaluateOrNull(tokens) == target ? Correct : NoSolution;
    }

    /// <summary>The formula that is scored: the first one, without spaces and without what follows a =; <c>None</c> where there is none.</summary>
    internal static string ReadFormula(string completion) => Extract(completion).Split('=')[0].Replace(" ", "", StringComparison.Ordinal);

    // JSON where the whole completion is JSON, else the first match of the public code's pattern, else "None".
    private static string Extract(string completion)
    {
        try
        {
            using var document = JsonDocument.Parse(completion, new JsonDocumentOptions { MaxDepth = 512 });
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("formula", out var formula))
            {
                return formula.ValueKind == JsonValueKind.String ? formula.GetString()! : "None";
            }
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not JSON, or half a surrogate pair somewhere in it.
        }

        var text = completion.AsSpan();
        while (text.IndexOf(FormulaMark, StringComparison.Ordinal) is >= 0 and var start)
        {
            text = text[(start + FormulaMark.Length)..];
            var end = text.IndexOfAny('"', '\n');
            if (end >= 0 && text[end] == '"')
            {
                return text[..end].ToString();
            }
        }

        return "None";
    }

    // Null where a character is neither a digit of some script nor an operator nor a parenthesis.
    private static List<Token>? Tokenize(string formula)
    {
        var tokens = new List<Token>();
        var previous = Kind.Operator;
        for (var i = 0; i < formula.Length; i += char.IsSurrogatePair(formula, i) ? 2 : 1)
        {
            var kind = formula[i] switch
            {
                '+' or '-' or '*' or '/' => Kind.Operator,
                '(' => Kind.Open,
                ')' => Kind.Close,
                _ => Kind.Number,
            };
            if (kind != Kind.Number)
            {
                tokens.Add(new Token(kind, formula[i], 0, IsPython: true));
            }
            else
            {
                var digit = CharUnicodeInfo.GetDecimalDigitValue(formula, i);
                if (digit < 0)
                {
                    return null;
                }

                var isAscii = char.IsAsciiDigit(formula[i]);
                if (previous == Kind.Number && tokens.Count > 0)
                {
                    // Python takes no number that begins with 0 but 0 itself, and only digits of ASCII.
                    var last = tokens[^1];
                    tokens[^1] = last with { Value = (last.Value * 10) + digit, IsPython = last.IsPython && last.Value != 0 && isAscii };
                }
                else
                {
                    tokens.Add(new Token(Kind.Number, ' ', digit, isAscii));
                }
            }

            previous = kind;
        }

        return tokens;
    }

    // Parentheses may stay open, and the last token may be anything.
    private static bool IsGrammatical(List<Token> tokens)
    {
        var (isOperand, open) = (false, 0);
        foreach (var token in tokens)
        {
            switch (token.Kind)
            {
                case Kind.Number when !isOperand:
                    isOperand = true;
                    break;
                case Kind.Operator when isOperand:
                    isOperand = false;
                    break;
                case Kind.Open when !isOperand:
                    open++;
                    break;
                case Kind.Close when isOperand && open > 0:
                    open--;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    // Whole numbers stay exact in Python and so they do here: six cards of at most 100 make less than 2^53.
    private static double? EvaluateOrNull(List<Token> tokens)
    {
        var (depth, isOperand) = (0, false);
        foreach (var token in tokens)
        {
            depth += token.Kind switch { Kind.Open => 1, Kind.Close => -1, _ => 0 };
            isOperand = token.Kind is Kind.Number or Kind.Close;
            if (depth > DeepestNesting || !token.IsPython)
            {
                return null;
            }
        }

        return depth == 0 && isOperand ? Compute(tokens) : null;
    }

    private static double? Compute(List<Token> tokens)
    {
        var (operands, pending) = (new Stack<double>(), new Stack<char>());
        foreach (var token in tokens)
        {
            switch (token.Kind)
            {
                case Kind.Number:
                    operands.Push(token.Value);
                    break;
                case Kind.Open:
                    pending.Push('(');
                    break;
                default:
                    while (pending.TryPeek(out var top) && top != '(' && (token.Kind == Kind.Close || Rank(top) >= Rank(token.Symbol)))
                    {
                        Apply(operands, pending.Pop());
                    }

                    if (token.Kind == Kind.Close)
                    {
                        pending.Pop();
                    }
                    else
                    {
                        pending.Push(token.Symbol);
                    }

                    break;
            }
        }

        while (pending.TryPop(out var last))
        {
            Apply(operands, last);
        }

        return double.IsFinite(operands.Peek()) ? operands.Pop() : null;
    }

    private static int Rank(char symbol) => symbol is '+' or '-' ? 1 : 2;

    // Python stops where it divides by zero; here the result is no number, and so is all that is made of it.
    private static void Apply(Stack<double> operands, char symbol)
    {
        var (right, left) = (operands.Pop(), operands.Pop());
        operands.Push(symbol switch
        {
            '+' => left + right,
            '-' => left - right,
            '*' => left * right,
            _ => right == 0 ? double.NaN : left / right,
        });
    }

    private enum Kind
    {
        Number,
        Operator,
        Open,
        Close,
    }

    /// <param name="Value">Of a number; large ones are rounded, but no card is large.</param>
    /// <param name="IsPython">Python would read the token.</param>
    private readonly record struct Token(Kind Kind, char Symbol, double Value, bool IsPython);
}
