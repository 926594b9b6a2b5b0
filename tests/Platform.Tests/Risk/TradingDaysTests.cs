using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Tests.Risk;

public sealed class TradingDaysTests
{
    private static readonly DateTimeOffset First = DateTimeOffset.Parse("2023-12-31T22:47:11Z");
    private static readonly DateTimeOffset Last = DateTimeOffset.Parse("2026-12-31T10:00:00Z");

    [Theory]
    [InlineData("UTC", "00:00")]
    [InlineData("America/New_York", "17:00")]
    [InlineData("Europe/London", "01:30")]
    [InlineData("Australia/Lord_Howe", "02:15")]
    [InlineData("Africa/Casablanca", "00:00")]
    [InlineData("America/Asuncion", "00:00")]
    [InlineData("Africa/Cairo", "00:00")]
    public void What_the_database_is_given_is_what_the_zone_says_at_every_hour(string zone, string reset)
    {
        var days = new TradingDays(new RiskConfig { TradingHoursTimezone = zone, DayResetTime = TimeOnly.Parse(reset) });
        var offsets = days.Offsets(First, Last);
        var known = TimeZoneInfo.FindSystemTimeZoneById(zone);

        for (var at = First; at < Last; at = at.AddMinutes(47))
        {
            offsets.FindLast(offset => offset.From <= at).Offset.ShouldBe(known.GetUtcOffset(at), $"{zone} {at:O}");
            var day = days.DateOf(at);
            (days.Begin(day) <= at && at < days.Begin(day.AddDays(1))).ShouldBeTrue($"{zone} {at:O}");
        }
    }
}
