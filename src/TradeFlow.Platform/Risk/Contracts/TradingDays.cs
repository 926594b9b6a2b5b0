using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Days;

namespace TradeFlow.Platform.Risk.Contracts;

/// <summary>The trading days of a tenant, for modules that reckon by them.</summary>
internal sealed class TradingDays
{
    private readonly RiskConfig config;
    private readonly TimeZoneInfo zone;

    internal TradingDays(RiskConfig config) => (this.config, zone) = (config, config.Zone);

    /// <summary>IANA name.</summary>
    public string Zone => config.TradingHoursTimezone;

    /// <param name="connection">Behind the tenant's wall, or of the system role.</param>
    /// <exception cref="TimeZoneNotFoundException">The zone was known when it was set and is not any more.</exception>
    public static async Task<TradingDays> OfAsync(TenantId tenant, DateTimeOffset now, NpgsqlConnection connection, CancellationToken ct) =>
        new(await RiskConfigStore.FindAsync(tenant, now, connection, ct));

    /// <summary>When the day that runs at an instant began, and when the next one begins.</summary>
    public (DateTimeOffset Start, DateTimeOffset End) Running(DateTimeOffset at) => (config.DayStart(at), config.DayEnd(at));

    /// <summary>When the day of a date begins, by the settings as they are now: past days are told by them too.</summary>
    public DateTimeOffset Begin(DateOnly date) => TradingDay.Begin(date, zone, config.DayResetTime);

    /// <summary>How far the clocks of the zone are from UTC, from when on, over a time: the first holds at its beginning.</summary>
    public List<(DateTimeOffset From, TimeSpan Offset)> Offsets(DateTimeOffset first, DateTimeOffset last)
    {
        List<(DateTimeOffset From, TimeSpan Offset)> offsets = [(first, zone.GetUtcOffset(first))];
        for (var at = first; at < last; at = at.AddDays(1))
        {
            var (early, late) = (at, at.AddDays(1));
            if (zone.GetUtcOffset(late) == offsets[^1].Offset) continue;
            while (late - early > TimeSpan.FromSeconds(1))
            {
                var middle = early + ((late - early) / 2);
                if (zone.GetUtcOffset(middle) == offsets[^1].Offset) early = middle;
                else late = middle;
            }
            // Clocks are changed at whole minutes.
            var changed = new DateTimeOffset(late.UtcTicks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);
            offsets.Add((changed, zone.GetUtcOffset(changed)));
        }
        return offsets;
    }

    /// <summary>The date of the day that an instant belongs to.</summary>
    public DateOnly DateOf(DateTimeOffset at)
    {
        var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime).AddDays(1);
        while (Begin(date) > at) date = date.AddDays(-1);
        return date;
    }
}
