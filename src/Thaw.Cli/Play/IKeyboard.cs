namespace Thaw.Cli.Play;

/// <summary>Where keys come from, so that a game can be played in a test.</summary>
internal interface IKeyboard
{
    /// <summary>Waits for a key and shows nothing of it.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked for while waiting.</exception>
    ConsoleKeyInfo Read(CancellationToken cancellation);
}
