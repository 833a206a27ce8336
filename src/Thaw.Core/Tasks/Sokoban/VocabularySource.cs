using Thaw.Core.Randomness;
using Thaw.Core.Words;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Where a split takes its words from: always the same four, or four drawn for each instance.</summary>
public sealed class VocabularySource
{
    // With words drawn by family, how often they are drawn from all families together.
    private const double MixedShare = 0.2;

    private readonly ActionVocabulary? _fixed;
    private readonly IReadOnlyList<string> _words;
    private readonly IReadOnlyList<IReadOnlyList<string>> _families;
    private readonly bool _mayRepeat;

    private VocabularySource(ActionVocabulary? always, IReadOnlyList<string> words, IReadOnlyList<IReadOnlyList<string>> families, bool mayRepeat = false)
    {
        (_fixed, _words, _families, _mayRepeat) = (always, words, families, mayRepeat);
    }

    /// <summary>True where it gives the training words and no others.</summary>
    public bool IsTraining => _fixed == ActionVocabulary.Training;

    public static VocabularySource Fixed(string up, string down, string left, string right) => Fixed(new(up, down, left, right));

    public static VocabularySource Fixed(ActionVocabulary vocabulary) => new(vocabulary, [], []);

    /// <exception cref="ArgumentException">There are fewer than four words.</exception>
    public static VocabularySource DrawnFrom(IReadOnlyList<string> words) => words.Count >= 4
        ? new(null, words, [])
        : throw new ArgumentException($"Four different words cannot be drawn from {words.Count}.", nameof(words));

    /// <summary>The words that training may see, drawn as the lexicon says.</summary>
    public static VocabularySource TrainingOf(Lexicon lexicon) => lexicon.Draw switch
    {
        WordDraw.Anywhere => DrawnFrom(lexicon.Training),
        WordDraw.ByFamily => new(null, lexicon.Training, [.. lexicon.Families.Where(family => family.Training.Count >= 4).Select(family => family.Training)]),
        WordDraw.Entries => new(null, lexicon.Training, [], mayRepeat: true),
        _ => throw new ArgumentOutOfRangeException(nameof(lexicon), lexicon.Draw, "Not a way to draw words."),
    };

    /// <summary>Words of the families that training never sees, four of one family.</summary>
    public static VocabularySource HeldOutFamiliesOf(Lexicon lexicon) =>
        new(null, [], [.. lexicon.Families.Where(family => family.IsHeldOut).Select(family => family.HeldOut)]);

    /// <summary>Four different words, every ordered choice of a list as likely as any other; a fixed source draws nothing.</summary>
    public ActionVocabulary Draw(SplitMix64 random)
    {
        if (_fixed is not null)
        {
            return _fixed;
        }

        var words = _families.Count == 0 || (_words.Count > 0 && random.NextBool(MixedShare)) ? _words : random.Pick(_families);
        Span<int> drawn = stackalloc int[4];
        for (var i = 0; i < drawn.Length; i++)
        {
            do
            {
                drawn[i] = random.NextInt(words.Count);
            }
            while (drawn[..i].Contains(drawn[i]));
        }

        return _mayRepeat
            ? ActionVocabulary.WithRepeats(words[drawn[0]], words[drawn[1]], words[drawn[2]], words[drawn[3]])
            : new ActionVocabulary(words[drawn[0]], words[drawn[1]], words[drawn[2]], words[drawn[3]]);
    }
}
