using Thaw.Cli.Play;

namespace Thaw.Cli.Tests.Play;

/// <summary>Keys that were pressed beforehand; when they run out, Ctrl-C.</summary>
internal sealed class ScriptedKeyboard(IEnumerable<ConsoleKeyInfo> keys) : IKeyboard
{
    private readonly Queue<ConsoleKeyInfo> _keys = new(keys);

    public static ConsoleKeyInfo ControlC { get; } = new('\u0003', ConsoleKey.C, shift: false, alt: false, control: true);

    public int Left => _keys.Count;

    /// <summary>A line and Enter; ↑ ↓ ← → are the arrow keys and ⌫ is Backspace.</summary>
    public static IEnumerable<ConsoleKeyInfo> Type(string text) => text.Select(symbol => symbol switch
    {
        '↑' => new ConsoleKeyInfo('\0', ConsoleKey.UpArrow, false, false, false),
        '↓' => new ConsoleKeyInfo('\0', ConsoleKey.DownArrow, false, false, false),
        '←' => new ConsoleKeyInfo('\0', ConsoleKey.LeftArrow, false, false, false),
        '→' => new ConsoleKeyInfo('\0', ConsoleKey.RightArrow, false, false, false),
        '⌫' => new ConsoleKeyInfo('\b', ConsoleKey.Backspace, false, false, false),
        '\n' => new ConsoleKeyInfo('\r', ConsoleKey.Enter, false, false, false),
        _ => new ConsoleKeyInfo(symbol, ConsoleKey.None, false, false, false),
    });

    public ConsoleKeyInfo Read(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return _keys.TryDequeue(out var key) ? key : ControlC;
    }
}
