namespace Thaw.Cli.Play;

/// <summary>The keys of this terminal; Ctrl-C is one of them until it is disposed.</summary>
internal sealed class TerminalKeyboard : IKeyboard, IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(15);

    public TerminalKeyboard() => Console.TreatControlCAsInput = true;

    public ConsoleKeyInfo Read(CancellationToken cancellation)
    {
        // Console.ReadKey cannot be interrupted.
        while (!Console.KeyAvailable)
        {
            cancellation.ThrowIfCancellationRequested();
            Thread.Sleep(s_pause);
        }

        return Console.ReadKey(intercept: true);
    }

    public void Dispose() => Console.TreatControlCAsInput = false;
}
