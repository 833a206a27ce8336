namespace Thaw.Learning.Tests.Jinja;

/// <summary>A clock that stands where the golden files were made: 2024-03-05 07:08:09, local time.</summary>
internal sealed class FixedClock : TimeProvider
{
    public static readonly FixedClock Instance = new();

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => new(2024, 3, 5, 7, 8, 9, TimeSpan.Zero);
}
