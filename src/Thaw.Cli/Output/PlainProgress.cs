using System.Globalization;
using Thaw.Core.Progress;

namespace Thaw.Cli.Output;

/// <summary>Progress for logs and pipes: a line when a phase begins and ends, and one every few seconds between.</summary>
internal sealed class PlainProgress(TextWriter output, TimeProvider time, TimeSpan interval) : IProgressDisplay
{
    private readonly Lock _lock = new();
    private string? _phase;
    private Pace _pace = new(time);
    private long _lastLine;
    private bool _isFinished;

    public void Report(WorkProgress value)
    {
        lock (_lock)
        {
            var isNew = value.Phase != _phase;
            if (isNew)
            {
                _phase = value.Phase;
                _pace = new Pace(time);
                _isFinished = false;
            }

            var remaining = _pace.RemainingOf(value);
            var finishes = value.Total > 0 && value.Done >= value.Total && !_isFinished;
            if (isNew || finishes || time.GetElapsedTime(_lastLine) >= interval)
            {
                _isFinished |= finishes;
                _lastLine = time.GetTimestamp();
                output.WriteLine(Line(value, remaining));
                output.Flush();
            }
        }
    }

    public void Say(string line)
    {
        lock (_lock)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    public void Dispose()
    {
        // Nothing moves, so nothing has to be put away.
    }

    private static string Line(WorkProgress value, TimeSpan? remaining)
    {
        var parts = new List<string>();
        if (value.Total > 0)
        {
            parts.Add($"{(100.0 * value.Done / value.Total).ToString("0", CultureInfo.InvariantCulture)} %");
        }

        if (value.Note.Length > 0)
        {
            parts.Add(value.Note);
        }

        if (remaining is { } left && left > TimeSpan.Zero)
        {
            parts.Add($"{Pace.Format(left)} left");
        }

        return parts.Count == 0 ? value.Phase : $"{value.Phase}: {string.Join(", ", parts)}";
    }
}
