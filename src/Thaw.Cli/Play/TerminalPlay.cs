using System.Globalization;
using System.Text;
using Spectre.Console;
using Thaw.Core.Tasks;

namespace Thaw.Cli.Play;

/// <summary>Plays on a terminal: the board is drawn in place on a screen of its own, which is gone afterwards.</summary>
internal sealed class TerminalPlay(PlaySession session, IAnsiConsole console, IKeyboard keyboard)
{
    // What stands around the middle part of the screen, and a line to spare.
    private const int OtherLines = 8;
    private const string Home = "\u001b[H";
    private const string EraseLine = "\u001b[K";
    private const string EraseBelow = "\u001b[J";

    private readonly StringBuilder _typed = new();
    private bool _showsWording;
    private int _firstLine;

    public static bool IsPossibleOn(IAnsiConsole console) => console.Profile.Capabilities is { Ansi: true, AlternateBuffer: true };

    public void Run(CancellationToken cancellation) => console.AlternateScreen(() =>
    {
        do
        {
            Draw();
        }
        while (!session.Episode.IsOver && Press(keyboard.Read(cancellation)));
    });

    // From line to line and not after clearing: that would flicker, and Spectre's Clear forgets what was on the terminal before.
    private void Draw()
    {
        console.Write(new ControlCode(Home));
        Say(session.Title, new Style(decoration: Decoration.Dim));
        Say("");
        foreach (var line in _showsWording ? VisibleWording() : session.Drawing.Split('\n'))
        {
            Say(line);
        }

        Say("");
        Say(session.Episode.StatedBinding);
        Say(session.LastTurn, new Style(session.IsLastValid ? Color.Green : Color.Red));
        Say(_showsWording ? "the up and down arrows scroll, Enter goes back" : "? shows the wording, q quits, each with Enter", new Style(decoration: Decoration.Dim));
        console.Write(new Text($"> {_typed}"));
        console.Write(new ControlCode(EraseLine + EraseBelow));
    }

    private IEnumerable<string> VisibleWording()
    {
        var lines = session.Wording.Split('\n').SelectMany(line => line.Length == 0 ? [""] : line.Chunk(console.Profile.Width - 1).Select(part => new string(part))).ToList();
        var visible = Math.Max(1, console.Profile.Height - OtherLines);
        _firstLine = Math.Clamp(_firstLine, 0, Math.Max(0, lines.Count - visible));
        return lines.Skip(_firstLine).Take(visible);
    }

    // Not as markup: a board or a word may hold brackets.
    private void Say(string line, Style? style = null)
    {
        console.Write(new Text(line, style));
        console.Write(new ControlCode(EraseLine));
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
            Press(arrow);
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

    private void Press(ArrowKey arrow)
    {
        if (_showsWording)
        {
            _firstLine += arrow switch { ArrowKey.Up => -1, ArrowKey.Down => 1, _ => 0 };
        }
        else if (session.AnswerFor(arrow) is { } answer)
        {
            Answer(answer);
        }
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
                (_showsWording, _firstLine) = (!_showsWording, 0);
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
