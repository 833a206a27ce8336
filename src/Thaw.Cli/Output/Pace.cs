using Thaw.Core.Progress;

namespace Thaw.Cli.Output;

/// <summary>Estimates how long a phase still takes, from how long it took so far.</summary>
internal sealed class Pace(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long? _firstDone;

    /// <returns>Null until there is something to go by.</returns>
    public TimeSpan? RemainingOf(WorkProgress progress)
    {
        if (progress.Remaining is { } told)
        {
            return told;
        }

        // Work that was already done when the phase began (a resumed run) says nothing about the pace.
        var first = _firstDone ??= progress.Done;
        var done = progress.Done - first;
        var left = progress.Total - progress.Done;
        return done > 0 && left >= 0 ? time.GetElapsedTime(_start) * ((double)left / done) : null;
    }

    /// <summary><c>1 min 20 s</c>; precise to what a person plans with.</summary>
    public static string Format(TimeSpan time)
    {
        var seconds = (long)Math.Ceiling(time.TotalSeconds);
        return seconds switch
        {
            < 60 => $"{seconds} s",
            < 600 => $"{seconds / 60} min {seconds % 60} s",
            < 3600 => $"{(seconds + 30) / 60} min",
            _ => $"{seconds / 3600} h {seconds % 3600 / 60} min",
        };
    }
}
