using System.CommandLine;
using System.Runtime.InteropServices;
using Thaw.Cli.Launch;
using Thaw.Cli.Output;
using Thaw.Cli.Verbs;

namespace Thaw.Cli;

/// <summary>The program <c>thaw</c>: parses, runs one verb, and is the one place where an exception becomes a line and an exit code.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        // Progress is written from several threads, where an exception would end the process.
        Console.SetError(new PatientWriter(Console.Error));
        using var interruption = new CancellationTokenSource();
        using var launcher = new LauncherLink(Environment.GetEnvironmentVariable(LauncherLink.Variable), interruption.Cancel);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        return await RunAsync(args, Console.Out, Console.Error, interruption.Token);

        // The first signal lets the verb save what it has; at the second the system's own handling ends the process at once.
        void OnSignal(PosixSignalContext signal)
        {
            if (launcher.IsRepetition())
            {
                signal.Cancel = true;
            }
            else if (!interruption.IsCancellationRequested)
            {
                signal.Cancel = true;
                Console.Error.WriteLine("thaw: stopping; once more quits at once");
                interruption.Cancel();
            }
        }
    }

    /// <returns>An <see cref="ExitCode"/>.</returns>
    internal static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        try
        {
            var parsed = VerbCatalog.CreateRoot().Parse(args, VerbCatalog.Parsing);
            UsageErrors.ThrowIfAny(parsed);
            JobRanks.ThrowIfNotFor(parsed);
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = output,
                    Error = error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellation);
        }
        catch (Exception exception)
        {
            var failure = Failure.Of(exception);
            await error.WriteLineAsync($"thaw: {failure.Line}");
            if (!failure.IsExpected && Environment.GetEnvironmentVariable("THAW_DEBUG") == "1")
            {
                await error.WriteLineAsync(exception.ToString());
            }

            return failure.ExitCode;
        }
    }
}
