namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The character that draws each kind of cell.</summary>
public sealed record BoardSymbols
{
    private readonly string _all;

    /// <param name="all">Wall, floor, target, box on target, box, player, player on target.</param>
    /// <exception cref="ArgumentException">Not seven different characters, or one of them is white space, a control character or half of a surrogate pair.</exception>
    public BoardSymbols(string all)
    {
        if (all.Length != 7 || all.Distinct().Count() != 7 || all.Any(symbol => char.IsWhiteSpace(symbol) || char.IsControl(symbol) || char.IsSurrogate(symbol)))
        {
            throw new ArgumentException($"Seven different visible characters draw a board, not \"{all}\".", nameof(all));
        }

        _all = all;
    }

    /// <summary>Those of the paper.</summary>
    public static BoardSymbols Standard { get; } = new("#_O√XPS");

    public char Wall => _all[0];

    public char Floor => _all[1];

    public char Target => _all[2];

    public char BoxOnTarget => _all[3];

    public char Box => _all[4];

    public char Player => _all[5];

    public char PlayerOnTarget => _all[6];

    public override string ToString() => _all;
}
