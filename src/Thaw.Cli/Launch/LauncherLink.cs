using System.Diagnostics;
using System.Globalization;

namespace Thaw.Cli.Launch;

/// <summary>What a rank that <c>thaw launch</c> has started knows of the launcher.</summary>
internal sealed class LauncherLink : IDisposable
{
    /// <summary>The environment variable with the launcher's process id.</summary>
    public const string Variable = "THAW_LAUNCHER";

    private const string CommandVariable = "THAW_LAUNCH_COMMAND";
    private const string ThreadsVariable = "THAW_LAUNCH_OMP_NUM_THREADS";

    // A terminal's Ctrl-C reaches a rank twice, from the terminal and from the launcher.
    private static readonly TimeSpan s_sameSignal = TimeSpan.FromSeconds(2);

    private readonly Timer? _timer;
    private long _firstSignal;

    /// <param name="onOrphaned">Called when the launcher is gone, killed for instance.</param>
    public LauncherLink(string? launcher, Action onOrphaned)
    {
        if (int.TryParse(launcher, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            IsLaunched = true;
            var second = TimeSpan.FromSeconds(1);
            _timer = new Timer(_ =>
            {
                if (!IsRunning(id))
                {
                    onOrphaned();
                }
            }, null, second, second);
        }
    }

    public bool IsLaunched { get; }

    /// <summary>The whole job's command line, where this process is one of its ranks: that is what makes the numbers again.</summary>
    public static string? JobCommandOrNull => Environment.GetEnvironmentVariable(Variable) is null ? null : Environment.GetEnvironmentVariable(CommandVariable);

    /// <summary>A variable of the environment as the launcher found it, which divides the threads among the ranks.</summary>
    public static string? Before(string name) =>
        Environment.GetEnvironmentVariable(name == "OMP_NUM_THREADS" && JobCommandOrNull is not null ? ThreadsVariable : name);

    /// <summary>What a rank is told of its job.</summary>
    /// <param name="command">The command line of <c>thaw launch</c>.</param>
    public static IEnumerable<KeyValuePair<string, string?>> VariablesFor(string command) =>
    [
        new(Variable, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)),
        new(CommandVariable, command),
        new(ThreadsVariable, Environment.GetEnvironmentVariable("OMP_NUM_THREADS")),
    ];

    /// <summary>Whether a signal is the one before once more.</summary>
    public bool IsRepetition()
    {
        if (_firstSignal == 0)
        {
            _firstSignal = Stopwatch.GetTimestamp();
            return false;
        }

        return IsLaunched && Stopwatch.GetElapsedTime(_firstSignal) < s_sameSignal;
    }

    public void Dispose() => _timer?.Dispose();

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
