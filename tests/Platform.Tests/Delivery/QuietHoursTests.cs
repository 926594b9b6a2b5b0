using System.Globalization;
using TradeFlow.Platform.Delivery.Channels;

namespace TradeFlow.Platform.Tests.Delivery;

public sealed class QuietHoursTests
{
    [Theory]
    [InlineData("22:00", "07:00", "UTC", "2026-11-29T21:59:00Z", null)]
    [InlineData("22:00", "07:00", "UTC", "2026-11-29T22:00:00Z", "2026-11-30T07:00:00Z")]
    [InlineData("22:00", "07:00", "UTC", "2026-11-30T03:00:00Z", "2026-11-30T07:00:00Z")]
    [InlineData("22:00", "07:00", "UTC", "2026-11-30T07:00:00Z", null)]
    [InlineData("12:00", "13:00", "America/New_York", "2026-07-01T16:30:00Z", "2026-07-01T17:00:00Z")]
    [InlineData("08:00", "08:00", "UTC", "2026-07-01T08:00:00Z", null)]
    // Summer time begins: 02:30 does not exist on this night.
    [InlineData("22:00", "02:30", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")]
    // It ends: 02:30 comes twice.
    [InlineData("22:00", "02:30", "Europe/Berlin", "2026-10-24T23:00:00Z", "2026-10-25T01:30:00Z")]
    public void They_are_of_the_channels_zone_and_may_run_through_midnight(string from, string to, string zone, string now, string? ends) =>
        QuietHours.EndOf(TimeOnly.Parse(from, CultureInfo.InvariantCulture), TimeOnly.Parse(to, CultureInfo.InvariantCulture), zone,
            At(now))
            .ShouldBe(ends is null ? null : At(ends));

    [Fact]
    public void Without_any_it_is_never_quiet() => QuietHours.EndOf(null, null, "UTC", DateTimeOffset.UtcNow).ShouldBeNull();

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
