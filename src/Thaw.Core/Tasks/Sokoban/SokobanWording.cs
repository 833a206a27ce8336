using System.Reflection;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>One way to put the instruction; all say the same.</summary>
/// <remarks>
/// The hand-written ones lie in <c>Wordings/training</c> and <c>Wordings/held-out</c>. A text has <c>{answers}</c>, <c>{rule}</c> and <c>{board}</c>
/// once each, and the symbols of the board by name: <c>{wall} {floor} {target} {placed} {box} {player} {standing}</c>.
/// </remarks>
public sealed class SokobanWording
{
    private const string Folder = "Thaw.Core.Tasks.Sokoban.Wordings.";

    private readonly string _text;

    private SokobanWording(string name, bool isHeldOut, string text) => (Name, IsHeldOut, _text) = (name, isHeldOut, text);

    /// <summary>The paper's own.</summary>
    public static SokobanWording Standard { get; } = new("standard", isHeldOut: false, text: "");

    /// <summary>The hand-written ones that training may see, the paper's not among them.</summary>
    public static IReadOnlyList<SokobanWording> Training { get; } = Read("training", isHeldOut: false);

    /// <summary>Those that training never sees.</summary>
    public static IReadOnlyList<SokobanWording> HeldOut { get; } = Read("held-out", isHeldOut: true);

    /// <summary>As in the name of its file.</summary>
    public string Name { get; }

    public bool IsHeldOut { get; }

    /// <summary>The instruction with everything filled in. Not for <see cref="Standard"/>, which <see cref="SokobanPrompt"/> writes itself.</summary>
    internal string Fill(BoardSymbols symbols, string answers, string rule, string board) => _text
        .Replace("{wall}", symbols.Wall.ToString(), StringComparison.Ordinal)
        .Replace("{floor}", symbols.Floor.ToString(), StringComparison.Ordinal)
        .Replace("{target}", symbols.Target.ToString(), StringComparison.Ordinal)
        .Replace("{placed}", symbols.BoxOnTarget.ToString(), StringComparison.Ordinal)
        .Replace("{box}", symbols.Box.ToString(), StringComparison.Ordinal)
        .Replace("{player}", symbols.Player.ToString(), StringComparison.Ordinal)
        .Replace("{standing}", symbols.PlayerOnTarget.ToString(), StringComparison.Ordinal)
        .Replace("{rule}", rule, StringComparison.Ordinal)
        .Replace("{answers}", answers, StringComparison.Ordinal)
        .Replace("{board}", board, StringComparison.Ordinal);

    private static List<SokobanWording> Read(string part, bool isHeldOut)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"{Folder}{part}.";
        return [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return new SokobanWording(Path.GetFileNameWithoutExtension(name[prefix.Length..]), isHeldOut, reader.ReadToEnd().TrimEnd('\n'));
        })];
    }
}
