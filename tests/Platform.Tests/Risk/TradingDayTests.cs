using System.Globalization;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Days;

namespace TradeFlow.Platform.Tests.Risk;

public sealed class TradingDayTests
{
    /// <summary>
    /// Every zone of the system, every day of seven years: days follow each other without a gap, each begins at the first instant of its
    /// time or later, and holds its own start.
    /// </summary>
    [Theory]
    [InlineData("00:00")]
    [InlineData("02:30")]
    [InlineData("17:00")]
    public void Days_follow_each_other_in_every_zone(string time)
    {
        var reset = TimeOnly.ParseExact(time, "HH:mm", CultureInfo.InvariantCulture);
        var zones = TimeZoneInfo.GetSystemTimeZones();
        zones.Count.ShouldBeGreaterThan(300);
        foreach (var zone in zones)
        {
            var begin = TradingDay.Begin(new DateOnly(2024, 1, 1), zone, reset);
            for (var date = new DateOnly(2024, 1, 2); date.Year < 2031; date = date.AddDays(1))
            {
                var next = TradingDay.Begin(date, zone, reset);
                if (next - begin is not { TotalHours: >= 22 and <= 26 })
                    throw new ShouldAssertException($"{zone.Id}: the day before {date} lasts {next - begin}");
                if (TimeZoneInfo.ConvertTime(next, zone).DateTime < date.ToDateTime(reset))
                    throw new ShouldAssertException($"{zone.Id}: {date} begins before its time");
                // A moment before, the clock has not come to the time yet: it is the first instant.
                if (TimeZoneInfo.ConvertTime(next.AddSeconds(-1), zone).DateTime >= date.ToDateTime(reset))
                    throw new ShouldAssertException($"{zone.Id}: {date} begins too late, at {next:O}");
                if (date.Day is 1 or 15 || next - begin != TimeSpan.FromDays(1))
                {
                    if (TradingDay.StartOf(next, zone, reset) != next || TradingDay.StartOf(next.AddTicks(-1), zone, reset) != begin)
                        throw new ShouldAssertException($"{zone.Id}: {date} does not hold its own start");
                    if (TradingDay.EndOf(next.AddTicks(-1), zone, reset) != next || TradingDay.EndOf(begin, zone, reset) != next)
                        throw new ShouldAssertException($"{zone.Id}: the day before {date} does not end where it begins");
                }
                begin = next;
            }
        }
    }

    [Theory]
    [InlineData("America/New_York", "00:00", "2026-03-08T12:00:00-04:00", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z")]
    [InlineData("America/New_York", "00:00", "2026-11-01T12:00:00-05:00", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z")]
    [InlineData("Europe/London", "00:00", "2026-03-29T12:00:00+01:00", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z")]
    [InlineData("Australia/Sydney", "00:00", "2026-10-04T12:00:00+11:00", "2026-10-03T14:00:00Z", "2026-10-04T13:00:00Z")]
    // Its midnight does not exist: the day begins at one.
    [InlineData("Africa/Cairo", "00:00", "2026-04-24T12:00:00+03:00", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z")]
    [InlineData("America/Chicago", "17:00", "2026-11-23T16:59:59-06:00", "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z")]
    [InlineData("America/Chicago", "17:00", "2026-11-23T17:00:00-06:00", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z")]
    public void A_day_begins_and_ends_where_the_clock_on_the_wall_says(string zone, string reset, string at, string start, string end)
    {
        var (known, time, now) = (TimeZoneInfo.FindSystemTimeZoneById(zone),
            TimeOnly.ParseExact(reset, "HH:mm", CultureInfo.InvariantCulture), Instant(at));

        (TradingDay.StartOf(now, known, time), TradingDay.EndOf(now, known, time)).ShouldBe((Instant(start), Instant(end)));
    }

    [Fact]
    public void A_change_of_zone_does_not_begin_a_day()
    {
        var now = Instant("2026-11-23T15:00:00Z");
        var utc = new RiskConfig();

        var auckland = (utc with { TradingHoursTimezone = "Pacific/Auckland" }).ChangedFrom(utc, now);

        // Auckland's day began at 11:00 UTC, eleven hours after the one that is running.
        auckland.DayStart(now).ShouldBe(Instant("2026-11-23T00:00:00Z"));
        auckland.DayStart(Instant("2026-11-24T10:59:59Z")).ShouldBe(Instant("2026-11-23T00:00:00Z"));
        auckland.DayStart(Instant("2026-11-24T11:00:00Z")).ShouldBe(Instant("2026-11-24T11:00:00Z"));
        auckland.ChangedFrom(auckland with { MaxOpenTrades = 1 }, now).HeldDayStart.ShouldBe(Instant("2026-11-23T00:00:00Z"));
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
