using Thaw.Core.Reports;

namespace Thaw.Learning.Tests.Studies;

internal static class StudyStamp
{
    public static RunStamp Any { get; } = new()
    {
        Title = "A study",
        Commit = "none",
        CommandLine = "thaw study",
        Configuration = "",
        Libraries = [],
        Device = "cpu",
        Seeds = [1],
        Started = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.Zero,
    };
}
