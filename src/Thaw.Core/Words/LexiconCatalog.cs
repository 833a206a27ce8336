namespace Thaw.Core.Words;

/// <summary>The lexicons by name.</summary>
public static class LexiconCatalog
{
    /// <summary>Common lower-case English words, about a quarter of every family held out. No word names a direction or occurs twice.</summary>
    /// <remarks>The base model that ships was made with these words in this order.</remarks>
    public static Lexicon Thaw { get; } = new("thaw", [.. WordList.Read("thaw/training").Zip(WordList.Read("thaw/held-out"), Family)], WordDraw.Anywhere);

    /// <summary>
    /// Eight kinds of words: common, rare, letters, digits and numbers, symbols, emoji, other scripts, syllables that mean nothing.
    /// Of six of them about a quarter is held out; two kinds, syllables and emoji, are held out whole.
    /// </summary>
    public static Lexicon Wide { get; } = new(
        "wide",
        [
            .. WordList.Read("wide/training").Zip(WordList.Read("wide/held-out"), Family),
            .. WordList.Read("wide/held-out-families").Select(family => new WordFamily(family.Family, IsHeldOut: true, [], family.Words)),
        ],
        WordDraw.ByFamily);

    /// <summary>The paper's pool as far as it is known: 7 categories of 30 entries, 206 of them distinct, nothing held out.</summary>
    /// <remarks>
    /// Known are the categories, the counts, that fish, mouse, orange and lime occur twice, that push, pull, move, start and stop are in
    /// it and no direction, digit or symbol. The other entries are ours. Four entries are drawn without replacement, so a prompt can
    /// have one word for two directions, as 2 of 3,981 rows of the paper do.
    /// </remarks>
    public static Lexicon Paper { get; } = new(
        "paper", [.. WordList.Read("paper/training").Select(family => new WordFamily(family.Family, IsHeldOut: false, family.Words, []))], WordDraw.Entries);

    public static IReadOnlyList<Lexicon> All { get; } = [Thaw, Wide, Paper];

    private static WordFamily Family((string Name, IReadOnlyList<string> Words) training, (string Name, IReadOnlyList<string> Words) heldOut) =>
        training.Name == heldOut.Name
            ? new WordFamily(training.Name, IsHeldOut: false, training.Words, heldOut.Words)
            : throw new InvalidOperationException($"The word lists have {training.Name} where their held-out parts have {heldOut.Name}.");
}
