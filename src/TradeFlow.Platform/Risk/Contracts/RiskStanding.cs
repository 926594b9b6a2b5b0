using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Config;

namespace TradeFlow.Platform.Risk.Contracts;

/// <summary>What the rules count as it stands now, beside the limits; <c>null</c> is no limit.</summary>
/// <param name="Enabled">Off: nothing is held back by them.</param>
/// <param name="Trades">Entries of today that a broker took, and those on their way.</param>
/// <param name="OpenPositions">Open positions, with the entries that may become one.</param>
/// <param name="Pnl">Of today by currency: realised net of fees, and floating.</param>
internal sealed record RiskStanding(
    bool Enabled, int Trades, int? MaxTrades, int OpenPositions, int? MaxOpenPositions, IReadOnlyDictionary<string, decimal> Pnl,
        decimal? MaxDailyLoss)
{
    /// <param name="currencies">Of the tenant's accounts.</param>
    /// <param name="connection">Behind the tenant's wall.</param>
    public static async Task<RiskStanding> OfAsync(
        TenantId tenant, DateTimeOffset now, DateTimeOffset dayStart, IEnumerable<string> currencies, NpgsqlConnection connection,
        CancellationToken ct)
    {
        var config = await RiskConfigStore.FindAsync(tenant, now, connection, ct);
        SortedDictionary<string, decimal> pnl = new(StringComparer.Ordinal);
        foreach (var currency in currencies.Distinct(StringComparer.Ordinal)) pnl[currency] = -await MeasureAsync("loss_of_day", currency);
        return new RiskStanding(config.Enabled, (int)await MeasureAsync("trades_of_day", ""), config.MaxTradesPerDay,
            (int)await MeasureAsync("open_positions", ""), config.MaxOpenTrades, pnl, config.MaxDailyLoss);

        async Task<decimal> MeasureAsync(string measure, string currency)
        {
            await using var command = new NpgsqlCommand("select trim_scale(risk.measure($1, $2, $3, $4))", connection);
            command.Parameters.AddWithValue(measure);
            command.Parameters.AddWithValue(tenant.Value);
            command.Parameters.AddWithValue(dayStart);
            command.Parameters.AddWithValue(currency);
            return (decimal)(await command.ExecuteScalarAsync(ct))!; // each measure is a number
        }
    }
}
