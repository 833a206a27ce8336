namespace Thaw.Cli;

/// <summary>The command line or a configuration is wrong: one line on stderr and <see cref="ExitCode.Usage"/>.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>Does what depends on the command line alone: there an argument that the core refuses, such as a name that is not known, is wrong usage.</summary>
    /// <exception cref="UsageException"><paramref name="read"/> threw an <see cref="ArgumentException"/>; the message is its own.</exception>
    public static T From<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException error)
        {
            throw new UsageException(Failure.Of(error).Line);
        }
    }
}
