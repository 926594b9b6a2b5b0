using Npgsql;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>Which orders to list.</summary>
public sealed record OrderFilter(AccountId? Account, string? Status, string? Symbol, int Limit, (DateTimeOffset At, Guid Id)? Before);

/// <summary>Orders and positions of a tenant, behind its wall.</summary>
internal sealed class TradingReads(Database database)
{
    private const string PositionColumns = """
        p.id, p.account_id, p.broker, p.symbol, p.side, p.qty, p.avg_price, p.current_price, p.pnl, p.pnl_percent, p.stop_loss, p.take_profit, p.opened_at, p.status
        """;

    public async Task<IReadOnlyList<PositionView>> PositionsAsync(TenantId tenant, AccountId? account, string? broker, CancellationToken ct)
    {
        List<PositionView> found = [];
        await ReadAsync(tenant, $"""
            select {PositionColumns} from trading.positions p
            where p.status = 'OPEN' and ($1::uuid is null or p.account_id = $1) and ($2::text is null or p.broker = $2) order by p.opened_at desc, p.id
            """, parameters =>
            {
                parameters.AddId(account?.Value);
                parameters.AddText(broker);
            }, row => found.Add(ReadPosition(row)), ct);
        return found;
    }

    /// <summary>A position, open or closed.</summary>
    public async Task<(PositionView View, string BrokerSymbol)?> PositionAsync(TenantId tenant, PositionId position, CancellationToken ct)
    {
        (PositionView, string)? found = null;
        await ReadAsync(tenant, $"select {PositionColumns}, p.broker_symbol from trading.positions p where p.id = $1",
            parameters => parameters.AddWithValue(position.Value), row => found = (ReadPosition(row), row.GetString(14)), ct);
        return found;
    }

    /// <summary>One order; with its legs when the signal took several.</summary>
    public async Task<OrderView?> OrderAsync(TenantId tenant, OrderId order, CancellationToken ct)
    {
        List<OrderRow> rows = [];
        await ReadAsync(tenant, $"select {OrderRow.Columns} from trading.orders o where o.id = $1 or o.parent_id = $1 order by o.parent_id nulls first, o.seq",
            parameters => parameters.AddWithValue(order.Value), row => rows.Add(OrderRow.Read(row)), ct);
        return rows.Count == 0 || rows.Find(row => row.Id == order.Value) is not { } head ? null : OrderViews.Combine(head, [.. rows.Where(row => row.ParentId == order.Value)]);
    }

    /// <summary>Newest first.</summary>
    public async Task<Page<OrderView>> OrdersAsync(TenantId tenant, OrderFilter filter, CancellationToken ct)
    {
        List<OrderRow> rows = [];
        await ReadAsync(tenant, OrderList.Sql(filter), parameters => OrderList.Add(parameters, filter), row => rows.Add(OrderRow.Read(row)), ct);
        var page = rows.Take(filter.Limit).ToList();
        return new Page<OrderView>([.. page.Select(row => row.ToView())], rows.Count > filter.Limit ? TimeCursor.Of(page[^1].CreatedAt, page[^1].Id) : null);
    }

    private static PositionView ReadPosition(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        AccountId = row.GetGuid(1),
        Broker = row.GetString(2),
        Symbol = row.GetString(3),
        Side = row.GetString(4),
        Qty = row.GetDecimal(5).Trimmed(),
        AvgPrice = row.GetDecimal(6).Trimmed(),
        CurrentPrice = row.DecimalOrNull(7),
        Pnl = row.DecimalOrNull(8),
        PnlPercent = row.DecimalOrNull(9),
        StopLoss = row.DecimalOrNull(10),
        TakeProfit = row.DecimalOrNull(11),
        OpenedAt = row.GetFieldValue<DateTimeOffset>(12),
        Status = row.GetString(13),
    };

    // One round trip: the batch is one transaction, and the tenant ends with it.
    private async Task ReadAsync(TenantId tenant, string sql, Action<NpgsqlParameterCollection> bind, Action<NpgsqlDataReader> take, CancellationToken ct)
    {
        await using var connection = await database.App.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('app.tenant', $1, true)") { Parameters = { new() { Value = tenant.ToString() } } });
        var select = new NpgsqlBatchCommand(sql);
        bind(select.Parameters);
        batch.BatchCommands.Add(select);
        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct)) take(rows);
    }
}
