using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Accounts.Reads;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Risk.Days;

/// <summary>What the rules count, as it stands now.</summary>
internal static class RiskToday
{
    /// <param name="DayStart">When the trading day began.</param>
    /// <param name="DayEnd">When the next one begins.</param>
    /// <param name="Trades">Entries of today that a broker took, and those on their way.</param>
    /// <param name="OpenPositions">Open positions, with the entries that may become one.</param>
    /// <param name="Pnl">By currency: realised net of fees, and floating.</param>
    /// <param name="Suggestions">Trading days that connected brokers reckon by and that differ from the settings.</param>
    internal sealed record View(
        DateTimeOffset DayStart, DateTimeOffset DayEnd, string Timezone, string DayResetTime, int Trades, int OpenPositions,
        IReadOnlyList<CurrencyPnl> Pnl, IReadOnlyList<Suggestion> Suggestions);

    internal sealed record CurrencyPnl(string Currency, decimal Pnl);

    internal sealed record Suggestion(string Broker, string Name, string Timezone, string DayResetTime);

    internal static async Task<Ok<View>> Get(
        TenantContext tenant, TenantDb db, AccountDirectory accounts, PluginCatalogue plugins, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var mine = await accounts.ListAsync(tenant, ct);
        return TypedResults.Ok(await db.RunSqlAsync(async connection =>
        {
            var config = await RiskConfigStore.FindAsync(tenant.Tenant, now, connection, ct);
            var start = config.DayStart(now);
            var standing = await RiskStanding.OfAsync(tenant.Tenant, now, start, mine.Select(account => account.Currency), connection, ct);
            var view = RiskConfigView.Of(config);
            return new View(start, config.DayEnd(now), config.TradingHoursTimezone, view.DayResetTime,
                standing.Trades, standing.OpenPositions, [.. standing.Pnl.Select(entry => new CurrencyPnl(entry.Key, entry.Value))],
                [.. mine.Select(account => account.Broker).Distinct(StringComparer.Ordinal)
                    .Select(broker => SuggestionOf(broker, view, plugins)).OfType<Suggestion>()]);
        }, ct));
    }

    private static Suggestion? SuggestionOf(string broker, RiskConfigView config, PluginCatalogue plugins) =>
        plugins.Find(broker)?.Manifest is { Capabilities: { TradingDayStart: { } start, TradingDayZone: { } zone } } manifest
        && (start != config.DayResetTime || zone != config.TradingHoursTimezone)
            ? new Suggestion(broker, manifest.Name, zone, start)
            : null;
}
