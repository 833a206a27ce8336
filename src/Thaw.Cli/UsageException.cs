namespace Thaw.Cli;

/// <summary>The command line or a configuration is wrong: one line on stderr and <see cref="ExitCode.Usage"/>.</summary>
internal sealed class UsageException(string message) : Exception(message);
