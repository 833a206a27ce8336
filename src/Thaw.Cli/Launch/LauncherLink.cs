using System.Diagnostics;
using System.Globalization;

namespace Thaw.Cli.Launch;

/// <summary>What a rank that <c>thaw launch</c> has started knows of the launcher.</summary>
internal sealed class LauncherLink : IDisposable
{
    /// <summary>The environment variable with the launcher's process id.</summary>
    public const string Variable = "THAW_LAUNCHER";

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
