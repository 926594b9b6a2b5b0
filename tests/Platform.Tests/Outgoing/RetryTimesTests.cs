using TradeFlow.Platform.Outgoing.Posting;

namespace TradeFlow.Platform.Tests.Outgoing;

public sealed class RetryTimesTests
{
    [Fact]
    public void Five_seconds_half_a_minute_two_minutes_ten_minutes_then_hourly_for_a_day()
    {
        var began = DateTimeOffset.UnixEpoch;
        List<TimeSpan> waits = [];
        var now = began;
        for (var attempts = 1; RetryTimes.Next(attempts, began, now) is { } next; attempts++)
        {
            waits.Add(next - now);
            now = next;
        }

        waits.Take(4).ShouldBe([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)]);
        waits.Skip(4).Distinct().ShouldBe([TimeSpan.FromHours(1)]);
        (began + TimeSpan.FromDays(1) - now).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromHours(1));
    }
}
