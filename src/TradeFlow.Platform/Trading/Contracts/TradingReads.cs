using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>Which orders to list.</summary>
public sealed record OrderFilter(AccountId? Account, string? Status, string? Symbol, int Limit, (DateTimeOffset At, Guid Id)? Before);

/// <summary>Orders and positions of a tenant, behind the wall of who asks.</summary>
internal sealed class TradingReads(Database database)
{
    private const string PositionColumns = """
        p.id, p.account_id, p.broker, p.symbol, p.side, p.qty, p.avg_price, p.current_price, p.pnl, p.pnl_percent, p.stop_loss, p.take_profit, p.opened_at, p.status
        """;

    public async Task<IReadOnlyList<PositionView>> PositionsAsync(Wall wall, AccountId? account, string? broker, CancellationToken ct)
    {
        List<PositionView> found = [];
        await ReadAsync(wall, $"""
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
    public async Task<(PositionView View, string BrokerSymbol)?> PositionAsync(Wall wall, PositionId position, CancellationToken ct)
    {
        (PositionView, string)? found = null;
        await ReadAsync(wall, $"select {PositionColumns}, p.broker_symbol from trading.positions p where p.id = $1",
            parameters => parameters.AddWithValue(position.Value), row => found = (ReadPosition(row), row.GetString(14)), ct);
        return found;
    }

    /// <summary>One order; with its legs when the signal took several.</summary>
    public async Task<OrderView?> OrderAsync(Wall wall, OrderId order, CancellationToken ct)
    {
        List<OrderRow> rows = [];
        await ReadAsync(wall,
            $"select {OrderRow.Columns} from trading.orders o where o.id = $1 or o.parent_id = $1 order by o.parent_id nulls first, o.seq",
            parameters => parameters.AddWithValue(order.Value), row => rows.Add(OrderRow.Read(row)), ct);
        return rows.Count == 0 || rows.Find(row => row.Id == order.Value) is not { } head
            ? null : OrderViews.Combine(head, [.. rows.Where(row => row.ParentId == order.Value)]);
    }

    /// <summary>All that became of an order; <c>null</c> when the tenant has none of that id.</summary>
    public async Task<OrderTrail?> TrailAsync(Wall wall, OrderId order, CancellationToken ct)
    {
        List<OrderRow> orders = [];
        await ReadAsync(wall,
            $"select {OrderRow.Columns} from trading.orders o where o.id = $1 or o.parent_id = $1 order by o.parent_id nulls first, o.seq",
            parameters => parameters.AddWithValue(order.Value), row => orders.Add(OrderRow.Read(row)), ct);
        if (orders.Find(row => row.Id == order.Value) is not { } own) return null;
        var ids = orders.Select(row => row.Id).ToArray();
        List<FillView> fills = [];
        await ReadAsync(wall, FillSql, parameters => parameters.AddWithValue(ids), row => fills.Add(ReadFill(row)), ct);
        List<OrderEventView> events = [];
        await ReadAsync(wall, "select order_id, at, kind, detail from trading.order_events where order_id = any ($1) order by at, id",
            parameters => parameters.AddWithValue(ids),
            row => events.Add(new OrderEventView(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2),
                row.TextOrNull(3) is { } detail ? JsonElement.Parse(detail) : null)), ct);
        return new OrderTrail(JsonElement.Parse(own.IntentJson), [.. orders.Select(row => row.ToView())], fills, events);
    }

    /// <summary>Newest first.</summary>
    public async Task<Page<OrderView>> OrdersAsync(Wall wall, OrderFilter filter, CancellationToken ct)
    {
        List<OrderRow> rows = [];
        await ReadAsync(wall, OrderList.Sql(filter), parameters => OrderList.Add(parameters, filter),
            row => rows.Add(OrderRow.Read(row)), ct);
        var page = rows.Take(filter.Limit).ToList();
        return new Page<OrderView>([.. page.Select(row => row.ToView())],
            rows.Count > filter.Limit ? TimeCursor.Of(page[^1].CreatedAt, page[^1].Id) : null);
    }

    // How much worse a fill is than the price of its signal, by the tick of its instrument.
    private const string FillSql = """
        select f.order_id, f.at, f.symbol, f.side, f.qty, f.price, f.fees, f.pnl,
               round(slip.points / slip.tick, 4),
               case when coalesce(i.data ->> 'quote_currency', a.currency) = a.currency then round(slip.points / slip.tick * f.qty
                   * coalesce((i.data ->> 'tick_value')::numeric, slip.tick * (i.data ->> 'contract_size')::numeric), 8) end
        from trading.fills f
        join trading.orders o on o.id = f.order_id
        left join trading.orders parent on parent.id = o.parent_id
        join accounts.accounts a on a.id = f.account_id
        left join connectors.instruments i on i.account_id = f.account_id and i.broker_symbol = o.broker_symbol
        cross join lateral (
            select case f.side when 'BUY' then f.price - wanted.price else wanted.price - f.price end as points,
                   nullif((i.data ->> 'tick_size')::numeric, 0) as tick
            from (select coalesce(o.intent ->> 'price', parent.intent ->> 'price')::numeric as price) wanted) slip
        where f.order_id = any ($1) order by f.at, f.num
        """;

    private static FillView ReadFill(NpgsqlDataReader row) => new()
    {
        OrderId = row.GetGuid(0),
        At = row.GetFieldValue<DateTimeOffset>(1),
        Symbol = row.GetString(2),
        Side = row.GetString(3),
        Qty = row.GetDecimal(4).Trimmed(),
        Price = row.GetDecimal(5).Trimmed(),
        Fees = row.GetDecimal(6).Trimmed(),
        Pnl = row.DecimalOrNull(7),
        SlippageTicks = row.DecimalOrNull(8),
        SlippageMoney = row.DecimalOrNull(9),
    };

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

    // One round trip: the batch is one transaction, and the wall ends with it.
    private async Task ReadAsync(
        Wall wall, string sql, Action<NpgsqlParameterCollection> bind, Action<NpgsqlDataReader> take, CancellationToken ct)
    {
        await using var connection = await database.App.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(wall.Command());
        var select = new NpgsqlBatchCommand(sql);
        bind(select.Parameters);
        batch.BatchCommands.Add(select);
        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct)) take(rows);
    }
}
