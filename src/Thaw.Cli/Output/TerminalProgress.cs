using System.Collections.Concurrent;
using Spectre.Console;
using Spectre.Console.Rendering;
using Thaw.Core.Progress;

namespace Thaw.Cli.Output;

/// <summary>Progress bars on a terminal, one a phase.</summary>
internal sealed class TerminalProgress : IProgressDisplay
{
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _time;
    private readonly NoteColumn _notes = new();
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _display;
    private readonly ProgressContext _bars;
    private ProgressTask? _bar;
    private string? _phase;
    private Pace _pace;

    public TerminalProgress(IAnsiConsole console, TimeProvider time)
    {
        _console = console;
        _time = time;
        _pace = new Pace(time);
        var started = new TaskCompletionSource<ProgressContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        _display = console.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn(), _notes)
            .StartAsync(context =>
            {
                started.SetResult(context);
                return _finished.Task;
            });
        _bars = started.Task.GetAwaiter().GetResult();
    }

    public void Report(WorkProgress value)
    {
        lock (_lock)
        {
            if (_bar is null || value.Phase != _phase)
            {
                _bar?.StopTask();
                _phase = value.Phase;
                _pace = new Pace(_time);
                _bar = _bars.AddTask(Markup.Escape(value.Phase));
            }

            var remaining = _pace.RemainingOf(value);
            _bar.IsIndeterminate = value.Total <= 0;
            _bar.MaxValue = Math.Max(1, value.Total);
            _bar.Value = value.Done;
            var left = remaining is { } time && time > TimeSpan.Zero ? $"{Pace.Format(time)} left" : "";
            _notes.Of[_bar.Id] = string.Join(", ", new[] { value.Note, left }.Where(part => part.Length > 0));
        }
    }

    public void Say(string line) => _console.WriteLine(line);

    public void Dispose()
    {
        lock (_lock)
        {
            _bar?.StopTask();
        }

        _finished.TrySetResult();
        _display.GetAwaiter().GetResult();
    }

    /// <summary>The note of a phase and its remaining time.</summary>
    private sealed class NoteColumn : ProgressColumn
    {
        public ConcurrentDictionary<int, string> Of { get; } = new();

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(Of.GetValueOrDefault(task.Id, "")) { Overflow = Overflow.Ellipsis };
    }
}
