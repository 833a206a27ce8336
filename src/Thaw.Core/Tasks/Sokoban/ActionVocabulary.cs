namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The word for each direction. Prompts are written from it and answers are read with it, and with nothing else.</summary>
public sealed record ActionVocabulary
{
    private const int MaxStackLetters = 32;

    /// <exception cref="ArgumentException">A word is empty or has space around it, or two are the same when lower-cased.</exception>
    public ActionVocabulary(string up, string down, string left, string right)
    {
        string[] words = [up, down, left, right];
        if (words.FirstOrDefault(word => word.Length == 0 || word != word.Trim()) is { } bad)
        {
            throw new ArgumentException($"An action word must not be empty nor have space around it, but one is \"{bad}\".");
        }

        if (words.Select(Lowered).Distinct().Count() != words.Length)
        {
            throw new ArgumentException($"The four action words must differ when lower-cased: {string.Join(", ", words)}.");
        }

        (Up, Down, Left, Right) = (up, down, left, right);
    }

    private ActionVocabulary(IReadOnlyList<string> words) => (Up, Down, Left, Right) = (words[0], words[1], words[2], words[3]);

    /// <summary>Up, Down, Left, Right: the words of the paper's training prompt.</summary>
    public static ActionVocabulary Training { get; } = new("Up", "Down", "Left", "Right");

    /// <summary>Four words that need not differ, as in 2 of the paper's 3,981 diverse rows; an answer that names several directions is the first of them.</summary>
    internal static ActionVocabulary WithRepeats(string up, string down, string left, string right) => new([up, down, left, right]);

    public string Up { get; }

    public string Down { get; }

    public string Left { get; }

    public string Right { get; }

    public string WordFor(Direction direction) => direction switch
    {
        Direction.Up => Up,
        Direction.Down => Down,
        Direction.Left => Left,
        Direction.Right => Right,
        _ => throw new ArgumentOutOfRangeException(nameof(direction), direction, "Not a direction."),
    };

    /// <summary>The direction that <paramref name="answer"/> names, or null.</summary>
    /// <remarks>The paper's rule: the trimmed answer as a whole, lower-cased, is one of the four words. "Up, Down" is none.</remarks>
    public Direction? Read(ReadOnlySpan<char> answer)
    {
        var word = answer.Trim();
        return Is(word, Up) ? Direction.Up
            : Is(word, Down) ? Direction.Down
            : Is(word, Left) ? Direction.Left
            : Is(word, Right) ? Direction.Right
            : null;
    }

    public override string ToString() => $"Up={Up} Down={Down} Left={Left} Right={Right}";

    // Lower-casing keeps the length, so most words are told apart by theirs.
    private static bool Is(ReadOnlySpan<char> answer, string word)
    {
        if (answer.Length != word.Length || answer.SequenceEqual(word))
        {
            return answer.Length == word.Length;
        }

        if (word.Length > MaxStackLetters)
        {
            return Lowered(answer.ToString()) == Lowered(word);
        }

        Span<char> one = stackalloc char[MaxStackLetters];
        Span<char> other = stackalloc char[MaxStackLetters];
        return one[..answer.ToLowerInvariant(one)].SequenceEqual(other[..word.AsSpan().ToLowerInvariant(other)]);
    }

    // Invariant culture, so that İ or ß fold alike on every machine.
    private static string Lowered(string word) => word.ToLowerInvariant();
}
