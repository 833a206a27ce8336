using Thaw.Cli.Output;
using Thaw.Core.Progress;

namespace Thaw.Cli.Tests.Output;

public sealed class PlainProgressTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Report_ManySteps_WritesFirstEveryFewSecondsAndLast()
    {
        using var progress = new PlainProgress(_output, _time, TimeSpan.FromSeconds(5));
        for (var step = 0; step <= 20; step++)
        {
            progress.Report(new WorkProgress("training", step, 20, $"loss {step}"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            [
                "training: 0 %, loss 0",
                "training: 25 %, loss 5, 15 s left",
                "training: 50 %, loss 10, 10 s left",
                "training: 75 %, loss 15, 5 s left",
                "training: 100 %, loss 20",
            ],
            Lines());
    }

    [Fact]
    public void Report_NewPhase_WritesAtOnceAndStartsItsOwnClock()
    {
        using var progress = new PlainProgress(_output, _time, TimeSpan.FromSeconds(1));
        progress.Report(new WorkProgress("a", 0, 2));
        _time.Advance(TimeSpan.FromSeconds(100));
        progress.Report(new WorkProgress("b", 0, 2));
        _time.Advance(TimeSpan.FromSeconds(2));
        progress.Report(new WorkProgress("b", 1, 2));

        Assert.Equal(["a: 0 %", "b: 0 %", "b: 50 %, 2 s left"], Lines());
    }

    [Fact]
    public void Report_ResumedWork_EstimatesFromWhatWasDoneSince()
    {
        using var progress = new PlainProgress(_output, _time, TimeSpan.FromSeconds(1));
        progress.Report(new WorkProgress("a", 80, 100));
        _time.Advance(TimeSpan.FromSeconds(10));
        progress.Report(new WorkProgress("a", 90, 100));

        Assert.Equal("a: 90 %, 10 s left", Lines()[^1]);
    }

    [Fact]
    public void Report_RemainingTimeIsTold_ShowsThat()
    {
        using var progress = new PlainProgress(_output, _time, TimeSpan.FromSeconds(1));
        progress.Report(new WorkProgress("a", 1, 0, Remaining: TimeSpan.FromSeconds(80)));

        Assert.Equal(["a: 1 min 20 s left"], Lines());
    }

    [Theory]
    [InlineData(0.2, "1 s")]
    [InlineData(59, "59 s")]
    [InlineData(61, "1 min 1 s")]
    [InlineData(1830, "31 min")]
    [InlineData(7260, "2 h 1 min")]
    public void Format_Time_IsAsPreciseAsAPersonNeeds(double seconds, string text)
    {
        Assert.Equal(text, Pace.Format(TimeSpan.FromSeconds(seconds)));
    }

    private string[] Lines() => _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private sealed class ManualTime : TimeProvider
    {
        // Not 0, which a forgotten start would be.
        private long _now = TimeSpan.TicksPerDay;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
