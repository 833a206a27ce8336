namespace Thaw.Serving.Client;

/// <summary>A served model cannot be asked: one line with the address and the server's own words.</summary>
/// <param name="isTransient">True where asking again may help: no connection, too busy, or the server's own failure.</param>
/// <param name="retryAfter">How long the server wants to be left alone; null where it said nothing.</param>
public sealed class EndpointException(string message, bool isTransient, TimeSpan? retryAfter = null, Exception? inner = null) : IOException(message, inner)
{
    public bool IsTransient => isTransient;

    public TimeSpan? RetryAfter => retryAfter;
}
