using System.Text.Json;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Risk.Rules;
using TradeFlow.Platform.Risk.Rules.Own;

namespace TradeFlow.Platform.Risk.Priced;

/// <summary>What the rules that look at prices read and write, on the connection of their decision.</summary>
internal static class OrderRisk
{
    public static async Task TakeTurnAsync(TenantId tenant, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select risk.take_turn($1)", connection);
        command.Parameters.AddWithValue(tenant.Value);
        await command.ExecuteNonQueryAsync(ct);
    }

    public static async Task<decimal> LossOfDayAsync(
        AccountContext account, DateTimeOffset since, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select risk.measure('loss_of_day', $1, $2, $3)", connection);
        command.Parameters.AddWithValue(account.TenantId.Value);
        command.Parameters.AddWithValue(since);
        command.Parameters.AddWithValue(account.Currency);
        return (decimal)(await command.ExecuteScalarAsync(ct))!; // the measure is a number
    }

    /// <summary>
    /// Open positions of the tenant in the account's currency, and its entries that may become one, but for <paramref name="except"/>.
    /// </summary>
    public static async Task<List<OpenRisk>> OpenAsync(
        AccountContext account, Guid? except, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select p.symbol, p.side = 'BUY', p.qty, p.avg_price, p.current_price, p.pnl, p.stop_loss, i.data, null::numeric
            from trading.positions p
            join accounts.accounts a on a.id = p.account_id and a.currency = $2
            left join connectors.instruments i on i.account_id = p.account_id and i.broker_symbol = p.broker_symbol
            where p.tenant_id = $1 and p.status = 'OPEN'
            union all
            select o.symbol, true, o.qty, 0, null, null, null, null, o.stop_risk
            from trading.orders o join accounts.accounts a on a.id = o.account_id and a.currency = $2
            where o.tenant_id = $1 and o.action in ('open', 'reverse') and o.id is distinct from $3
                and ((o.status = 'PENDING' and o.priced) or o.status in ('SENDING', 'UNKNOWN', 'WORKING', 'PARTIALLY_FILLED')
                     or (o.status = 'FILLED' and not o.booked and o.settled_at > clock_timestamp() - interval '60 seconds'))
            """, connection);
        command.Parameters.AddWithValue(account.TenantId.Value);
        command.Parameters.AddWithValue(account.Currency);
        command.Parameters.AddId(except);
        List<OpenRisk> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var instrument = row.TextOrNull(7) is { } json ? JsonSerializer.Deserialize(json, ConnectorsJson.Default.Instrument) : null;
            var money = row.DecimalOrNull(6) is { } stop
                ? ToStop(row.GetBoolean(1), row.GetDecimal(2), row.GetDecimal(3), row.DecimalOrNull(4), row.DecimalOrNull(5), stop,
                    instrument, account.Currency)
                : row.DecimalOrNull(8);
            found.Add(new OpenRisk(row.GetString(0), money));
        }
        return found;
    }

    /// <summary>From here on the entry counts.</summary>
    /// <returns>False when it is not pending any more.</returns>
    public static async Task<bool> NoteAsync(Guid order, decimal? risk, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "update trading.orders set stop_risk = $2, priced = true where id = $1 and status = 'PENDING'", connection);
        command.Parameters.AddWithValue(order);
        command.Parameters.AddNumber(risk);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <returns>False: it goes nowhere.</returns>
    public static async Task<bool> RefuseAsync(
        Guid order, long epoch, EntryCheckResult refusal, NpgsqlConnection connection, CancellationToken ct)
    {
        var told = new PricedRefusal(RiskGate.Refused, refusal.Code, refusal.Message, refusal.Limit, refusal.Value);
        var json = JsonSerializer.Serialize(told, RulesJson.Default.PricedRefusal);
        await using var command = new NpgsqlCommand(
            "select trading.refuse_entry_half($1, $2::jsonb), trading.refuse_order($1, $3, 'REJECTED', $4, $5, null)", connection);
        command.Parameters.AddWithValue(order);
        command.Parameters.AddWithValue(json);
        command.Parameters.AddWithValue(epoch);
        command.Parameters.AddWithValue(refusal.Code);
        command.Parameters.AddText(refusal.Message);
        await command.ExecuteNonQueryAsync(ct);
        return false;
    }

    // By what the instrument says of its tick, or, where it counts in another currency, by what the broker says is won or lost so far.
    private static decimal? ToStop(
        bool isLong, decimal qty, decimal entry, decimal? price, decimal? pnl, decimal stop, Instrument? instrument, string currency)
    {
        var now = price ?? entry;
        var isOwn = instrument?.QuoteCurrency is not { } quoted || string.Equals(quoted, currency, StringComparison.OrdinalIgnoreCase);
        var point = instrument is { TickSize: > 0 } && isOwn
            ? (instrument.TickValue ?? instrument.TickSize * instrument.ContractSize) / instrument.TickSize * qty
            : pnl is { } won && won != 0 && now != entry ? Math.Abs(won / (now - entry))
            : (decimal?)null;
        return point is { } money ? Math.Round(Math.Max(0, (now - stop) * (isLong ? 1 : -1)) * money, 8) : null;
    }
}

/// <summary>A refusal as the order keeps it, in the form of those that are made at the record.</summary>
internal sealed record PricedRefusal(int Status, string Code, string? Error, decimal? Limit, decimal? Value);
