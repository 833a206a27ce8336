using System.Globalization;
using System.Text;
using Spectre.Console;
using Thaw.Core.Tasks;

namespace Thaw.Cli.Play;

/// <summary>Plays on a terminal: the board is drawn in place on a screen of its own, which is gone afterwards.</summary>
internal sealed class TerminalPlay(PlaySession session, IAnsiConsole console, IKeyboard keyboard)
{
    private readonly StringBuilder _typed = new();
    private bool _showsWording;

    public static bool IsPossibleOn(IAnsiConsole console) => console.Profile.Capabilities is { Ansi: true, AlternateBuffer: true };

    public void Run(CancellationToken cancellation) => console.AlternateScreen(() =>
    {
        do
        {
            Draw();
        }
        while (!session.Episode.IsOver && Press(keyboard.Read(cancellation)));
    });

    private void Draw()
    {
        console.Clear(home: true);
        Say(session.Title, new Style(decoration: Decoration.Dim));
        Say("");
        foreach (var line in (_showsWording ? session.Episode.Prompt.Text : session.Drawing).Split('\n'))
        {
            Say(line);
        }

        Say("");
        Say(session.Episode.StatedBinding);
        Say(session.LastTurn, new Style(session.IsLastValid ? Color.Green : Color.Red));
        Say("? shows the wording, q quits, each with Enter", new Style(decoration: Decoration.Dim));
        console.Write(new Text($"> {_typed}"));
    }

    // Not as markup: a board or a word may hold brackets. Tabs of a prompt would be as wide as the terminal pleases.
    private void Say(string line, Style? style = null)
    {
        console.Write(new Text(line.Replace(" \t", "", StringComparison.Ordinal), style));
        console.WriteLine();
    }

    /// <returns>False to stop.</returns>
    private bool Press(ConsoleKeyInfo key)
    {
        if (key.Modifiers.HasFlag(ConsoleModifiers.Control))
        {
            return key.Key is not (ConsoleKey.C or ConsoleKey.D);
        }

        if (ArrowOf(key.Key) is { } arrow)
        {
            if (session.AnswerFor(arrow) is { } answer)
            {
                Answer(answer);
            }

            return true;
        }

        switch (key.Key)
        {
            case ConsoleKey.Enter:
                return Enter();
            case ConsoleKey.Escape:
                _typed.Clear();
                break;
            case ConsoleKey.Backspace:
                RemoveLast();
                break;
            default:
                _typed.Append(char.IsControl(key.KeyChar) ? "" : key.KeyChar.ToString());
                break;
        }

        return true;
    }

    private bool Enter()
    {
        var line = _typed.ToString().Trim();
        _typed.Clear();
        switch (session.Read(line))
        {
            case PlayInput.Quit:
                return false;
            case PlayInput.Wording:
                _showsWording = !_showsWording;
                break;
            case PlayInput.Answer:
                Answer(line);
                break;
            case PlayInput.Nothing:
                _showsWording = false;
                break;
        }

        return true;
    }

    private void Answer(string answer)
    {
        _typed.Clear();
        _showsWording = false;
        session.Answer(answer);
    }

    // A letter as a person sees it: an emoji may be several units.
    private void RemoveLast()
    {
        if (_typed.Length > 0)
        {
            var starts = StringInfo.ParseCombiningCharacters(_typed.ToString());
            _typed.Length = starts[^1];
        }
    }

    private static ArrowKey? ArrowOf(ConsoleKey key) => key switch
    {
        ConsoleKey.UpArrow => ArrowKey.Up,
        ConsoleKey.DownArrow => ArrowKey.Down,
        ConsoleKey.LeftArrow => ArrowKey.Left,
        ConsoleKey.RightArrow => ArrowKey.Right,
        _ => null,
    };
}
