using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Where a split takes its words from: always the same four, or four drawn for each instance.</summary>
public sealed class VocabularySource
{
    private readonly ActionVocabulary? _fixed;
    private readonly IReadOnlyList<string> _words;

    private VocabularySource(ActionVocabulary? always, IReadOnlyList<string> words)
    {
        (_fixed, _words) = (always, words);
    }

    public static VocabularySource Fixed(string up, string down, string left, string right) => Fixed(new(up, down, left, right));

    public static VocabularySource Fixed(ActionVocabulary vocabulary) => new(vocabulary, []);

    /// <exception cref="ArgumentException">There are fewer than four words.</exception>
    public static VocabularySource DrawnFrom(IReadOnlyList<string> words) => words.Count >= 4
        ? new(null, words)
        : throw new ArgumentException($"Four different words cannot be drawn from {words.Count}.", nameof(words));

    /// <summary>Four different words, every ordered choice as likely as any other; a fixed source draws nothing.</summary>
    public ActionVocabulary Draw(SplitMix64 random)
    {
        if (_fixed is not null)
        {
            return _fixed;
        }

        Span<int> drawn = stackalloc int[4];
        for (var i = 0; i < drawn.Length; i++)
        {
            do
            {
                drawn[i] = random.NextInt(_words.Count);
            }
            while (drawn[..i].Contains(drawn[i]));
        }

        return new ActionVocabulary(_words[drawn[0]], _words[drawn[1]], _words[drawn[2]], _words[drawn[3]]);
    }
}
