using System.Runtime.CompilerServices;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Insights.Figures;

/// <summary>insights.trades of the caller's tenant.</summary>
internal static class TradeReads
{
    private const string Columns = """
        select t.id, t.account_id, a.name, t.broker, t.symbol, t.side, t.qty, t.entry_at, t.entry_price, t.exit_at, t.exit_price, t.gross_pnl, t.fees,
               t.net_pnl, t.currency, t.slippage_ticks, t.slippage_money, t.strategy, t.webhook_id, t.note, t.tags, t.risk, t.r_multiple
        from (select * from insights.trades
        """;

    /// <summary>A trade whose profit nobody knows is in no figure.</summary>
    internal static string SumsSql(string key) =>
        $"select currency, {key}, {Sums.Sql} from insights.trades where {TradeFilter.Sql} and net_pnl is not null group by 1, 2";

    /// <summary>Sums by key and currency.</summary>
    public static async Task<List<(string? Key, Sums Sums)>> SumsAsync(
        TradeFilter filter, KeyKind key, TradingDays days, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(SumsSql(key.Sql), connection);
        filter.Bind(command.Parameters, days);
        key.Bind(command.Parameters);
        List<(string?, Sums)> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) found.Add((key.NameOf(row.TextOrNull(1)), Sums.Read(row, row.GetString(0), 2)));
        return found;
    }

    /// <summary>When the first and the last of all trades ended.</summary>
    public static async Task<(DateTimeOffset First, DateTimeOffset Last)?> SpanAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select min(exit_at), max(exit_at) from insights.trades", connection);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) && row.TimeOrNull(0) is { } first && row.TimeOrNull(1) is { } last ? (first, last) : null;
    }

    /// <summary>What the trades of a currency made, in the order of their exits.</summary>
    public static async Task<List<decimal>> NetsAsync(
        TradeFilter filter, string currency, TradingDays days, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"select net_pnl from insights.trades where {TradeFilter.Sql} and net_pnl is not null and currency = $7 order by exit_at, id",
            connection);
        filter.Bind(command.Parameters, days);
        command.Parameters.AddWithValue(currency);
        List<decimal> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) found.Add(row.GetDecimal(0));
        return found;
    }

    /// <summary>The same of all currencies, each with its exit.</summary>
    public static async Task<List<(DateTimeOffset At, string Currency, decimal Net)>> StepsAsync(
        TradeFilter filter, TradingDays days, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"select exit_at, currency, net_pnl from insights.trades where {TradeFilter.Sql} and net_pnl is not null order by exit_at, id",
            connection);
        filter.Bind(command.Parameters, days);
        List<(DateTimeOffset, string, decimal)> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) found.Add((row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), row.GetDecimal(2)));
        return found;
    }

    /// <summary>All of them, the first exit first, as they come.</summary>
    public static async IAsyncEnumerable<TradeView> AllAsync(
        TradeFilter filter, TradingDays days, NpgsqlConnection connection, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"{Columns} where {TradeFilter.Sql}) t join accounts.accounts a on a.id = t.account_id order by t.exit_at, t.id",
            connection) { CommandTimeout = 60 };
        filter.Bind(command.Parameters, days);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) yield return Read(row);
    }

    /// <summary>The newest first.</summary>
    public static async Task<Page<TradeView>> PageAsync(
        TradeFilter filter, int limit, (DateTimeOffset At, Guid Id)? before, TradingDays days, NpgsqlConnection connection,
        CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"""
            {Columns} where {TradeFilter.Sql} and ($7::timestamptz is null or (exit_at, id) < ($7, $8))
            order by exit_at desc, id desc limit $9) t join accounts.accounts a on a.id = t.account_id order by t.exit_at desc, t.id desc
            """, connection);
        filter.Bind(command.Parameters, days);
        command.Parameters.AddTime(before?.At);
        command.Parameters.AddId(before?.Id);
        command.Parameters.AddWithValue(limit + 1);
        List<TradeView> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) found.Add(Read(row));
        if (found.Count <= limit) return new Page<TradeView>(found, null);
        var last = found[limit - 1];
        return new Page<TradeView>(found[..limit], TimeCursor.Of(last.ExitTime, last.Id));
    }

    public static async Task<TradeView?> FindAsync(Guid id, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"{Columns} where id = $1) t join accounts.accounts a on a.id = t.account_id",
            connection);
        command.Parameters.AddWithValue(id);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? Read(row) : null;
    }

    private static TradeView Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        AccountId = row.GetGuid(1),
        Account = row.GetString(2),
        Broker = row.GetString(3),
        Symbol = row.GetString(4),
        Side = row.GetString(5),
        Qty = row.GetDecimal(6).Trimmed(),
        EntryTime = row.TimeOrNull(7),
        EntryPrice = row.DecimalOrNull(8),
        ExitTime = row.GetFieldValue<DateTimeOffset>(9),
        ExitPrice = row.DecimalOrNull(10),
        GrossPnl = row.DecimalOrNull(11),
        Fees = row.GetDecimal(12).Trimmed(),
        NetPnl = row.DecimalOrNull(13),
        Currency = row.GetString(14),
        SlippageTicks = row.DecimalOrNull(15),
        SlippageMoney = row.DecimalOrNull(16),
        Strategy = row.TextOrNull(17),
        WebhookId = row.GuidOrNull(18),
        Note = row.TextOrNull(19),
        Tags = row.GetFieldValue<string[]>(20),
        Risk = row.DecimalOrNull(21),
        RMultiple = row.DecimalOrNull(22),
    };
}
