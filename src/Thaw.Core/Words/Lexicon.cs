namespace Thaw.Core.Words;

/// <summary>Words that stand in for others: members to train on, members that training never sees, and families that it never sees.</summary>
public sealed class Lexicon
{
    internal Lexicon(string name, IReadOnlyList<WordFamily> families, WordDraw draw)
    {
        (Name, Families, Draw) = (name, families, draw);
        Training = [.. families.SelectMany(family => family.Training)];
        HeldOut = [.. families.Where(family => !family.IsHeldOut).SelectMany(family => family.HeldOut)];
        OfHeldOutFamilies = [.. families.Where(family => family.IsHeldOut).SelectMany(family => family.HeldOut)];
    }

    /// <summary>The preset <c>thaw</c>.</summary>
    public static Lexicon Default => LexiconCatalog.Thaw;

    /// <summary>As on the command line: <c>wide</c>.</summary>
    public string Name { get; }

    public IReadOnlyList<WordFamily> Families { get; }

    /// <summary>How the words of one prompt are chosen.</summary>
    public WordDraw Draw { get; }

    public IReadOnlyList<string> Training { get; }

    /// <summary>Held-out members of the families that training sees.</summary>
    public IReadOnlyList<string> HeldOut { get; }

    /// <summary>Every member of the families that training never sees; empty where there are none.</summary>
    public IReadOnlyList<string> OfHeldOutFamilies { get; }
}

/// <summary>How the words of one prompt are chosen from a lexicon.</summary>
public enum WordDraw
{
    /// <summary>Any of all the words, none twice.</summary>
    Anywhere,

    /// <summary>Mostly words of one family, each family as likely as any other, and sometimes words of several; none twice.</summary>
    ByFamily,

    /// <summary>Any of all the entries, none twice; two entries may hold the same word, as in the paper.</summary>
    Entries,
}
