namespace Thaw.Cli;

/// <summary>Work was interrupted, and what is to be said of it is not what is said of all other work.</summary>
internal sealed class InterruptedException(string message) : OperationCanceledException(message);
