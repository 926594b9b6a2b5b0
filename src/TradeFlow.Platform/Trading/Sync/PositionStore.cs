using Npgsql;
using NpgsqlTypes;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>trading.positions, as the Worker writes it.</summary>
internal sealed class PositionStore(Database database, OrderStore orders)
{
    public async Task LoadAsync(Lane lane, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select id, broker_position_id, symbol, broker_symbol, side, opened_at, qty, avg_price, current_price, pnl, stop_loss, take_profit
            from trading.positions where account_id = $1 and status = 'OPEN'
            """);
        command.Parameters.AddWithValue(lane.AccountId.Value);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            lane.Book.Open[rows.GetString(1)] = new BookedPosition
            {
                Id = rows.GetGuid(0),
                Symbol = rows.GetString(2),
                BrokerSymbol = rows.GetString(3),
                Side = rows.GetString(4) == "BUY" ? Side.Buy : Side.Sell,
                OpenedAt = rows.GetFieldValue<DateTimeOffset>(5),
                Quantity = rows.GetDecimal(6).Trimmed(),
                AveragePrice = rows.GetDecimal(7).Trimmed(),
                CurrentPrice = rows.DecimalOrNull(8),
                Pnl = rows.DecimalOrNull(9),
                StopLoss = rows.DecimalOrNull(10),
                TakeProfit = rows.DecimalOrNull(11),
            };
        }
    }

    /// <summary>Adds a position; its origin is <c>signal</c> when one of our orders opened it. A row that is there already keeps its id, which is returned.</summary>
    public async Task<Guid> OpenAsync(Lane lane, string brokerPosition, string? clientOrderId, BookedPosition position, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, current_price,
                                           pnl, pnl_percent, stop_loss, take_profit, opened_at, updated_at, origin)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, clock_timestamp(),
                    case when exists (select 1 from trading.orders o where o.account_id = $3 and o.action in ('open', 'reverse')
                                      and (o.client_order_id = $17 or o.broker_position_id = $5
                                           or ($17 is null and o.broker_symbol = $7 and o.side = $8 and o.sent_at between $16 - interval '30 seconds' and $16 + interval '30 seconds')))
                         then 'signal' else 'external' end)
            on conflict (account_id, broker_position_id) where status = 'OPEN' do update set updated_at = excluded.updated_at
            returning id
            """);
        command.Parameters.AddWithValue(position.Id);
        command.Parameters.AddWithValue(lane.Tenant.Value);
        command.Parameters.AddWithValue(lane.AccountId.Value);
        command.Parameters.AddWithValue(lane.Account.Broker);
        command.Parameters.AddWithValue(brokerPosition);
        command.Parameters.AddWithValue(position.Symbol);
        command.Parameters.AddWithValue(position.BrokerSymbol);
        command.Parameters.AddWithValue(position.Side == Side.Buy ? "BUY" : "SELL");
        command.Parameters.AddNumber(position.Quantity);
        command.Parameters.AddNumber(position.AveragePrice);
        command.Parameters.AddNumber(position.CurrentPrice);
        command.Parameters.AddNumber(position.Pnl);
        command.Parameters.AddNumber(position.PnlPercent);
        command.Parameters.AddNumber(position.StopLoss);
        command.Parameters.AddNumber(position.TakeProfit);
        command.Parameters.AddWithValue(position.OpenedAt);
        command.Parameters.AddText(clientOrderId);
        return (Guid)(await command.ExecuteScalarAsync(ct))!; // insert … returning always returns the row
    }

    /// <summary>Writes what moved, in one statement.</summary>
    public async Task UpdateAsync(IReadOnlyList<BookedPosition> moved, CancellationToken ct)
    {
        if (moved.Count == 0) return;
        await using var command = database.System.CreateCommand("""
            update trading.positions p set qty = n.qty, avg_price = n.avg_price, current_price = n.current_price, pnl = n.pnl, pnl_percent = n.pnl_percent,
                   stop_loss = n.stop_loss, take_profit = n.take_profit, updated_at = clock_timestamp()
            from unnest($1, $2, $3, $4, $5, $6, $7, $8) as n (id, qty, avg_price, current_price, pnl, pnl_percent, stop_loss, take_profit)
            where p.id = n.id and p.status = 'OPEN'
            """);
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, moved.Select(position => position.Id).ToArray());
        Numbers(position => position.Quantity);
        Numbers(position => position.AveragePrice);
        Numbers(position => position.CurrentPrice);
        Numbers(position => position.Pnl);
        Numbers(position => position.PnlPercent);
        Numbers(position => position.StopLoss);
        Numbers(position => position.TakeProfit);
        await command.ExecuteNonQueryAsync(ct);

        void Numbers(Func<BookedPosition, decimal?> value) => command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Numeric, moved.Select(value).ToArray());
    }

    /// <summary>
    /// Closes the row. What it realised: the fills' own figures where the broker gives them, those of our closes whose fills have not come yet, and the
    /// last floating profit for what closed otherwise.
    /// </summary>
    /// <returns>The realised profit, or nothing when the row was closed before.</returns>
    public async Task<(bool Closed, decimal? Pnl)> CloseAsync(Lane lane, string brokerPosition, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            update trading.positions p set status = 'CLOSED', closed_at = clock_timestamp(), updated_at = clock_timestamp(), realized_pnl =
                coalesce((select sum(f.pnl) from trading.fills f where f.account_id = p.account_id and f.broker_position_id = p.broker_position_id and f.at >= p.opened_at - interval '5 seconds'),
                         case when exists (select 1 from trading.orders o where o.account_id = p.account_id and o.broker_position_id = p.broker_position_id
                                           and o.action in ('close', 'flatten') and o.status = 'FILLED' and o.qty >= o.position_qty and o.created_at >= p.opened_at - interval '5 seconds')
                              then 0 else coalesce(p.pnl, 0) end)
                + coalesce((select sum(o.pnl) from trading.orders o where o.account_id = p.account_id and o.broker_position_id = p.broker_position_id
                            and o.action in ('close', 'flatten') and o.created_at >= p.opened_at - interval '5 seconds'
                            and not exists (select 1 from trading.fills f where f.account_id = o.account_id and f.pnl is not null
                                            and (f.broker_order_id = o.broker_order_id or (o.broker_order_id is null and f.broker_position_id = p.broker_position_id)))), 0)
            where p.account_id = $1 and p.broker_position_id = $2 and p.status = 'OPEN' returning p.realized_pnl
            """);
        command.Parameters.AddWithValue(lane.AccountId.Value);
        command.Parameters.AddWithValue(brokerPosition);
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct) ? (true, rows.DecimalOrNull(0)) : (false, null);
    }

    public async Task<string?> BrokerIdOfOpenAsync(Guid account, Guid position, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select broker_position_id from trading.positions where id = $1 and account_id = $2 and status = 'OPEN'");
        command.Parameters.AddWithValue(position);
        command.Parameters.AddWithValue(account);
        return (string?)await command.ExecuteScalarAsync(ct);
    }

    /// <summary>Our id of an open position; <c>null</c> when the sync has not met it yet.</summary>
    public async Task<Guid?> OpenIdOfAsync(Guid account, string brokerPosition, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select id from trading.positions where account_id = $1 and broker_position_id = $2 and status = 'OPEN'");
        command.Parameters.AddWithValue(account);
        command.Parameters.AddWithValue(brokerPosition);
        return (Guid?)await command.ExecuteScalarAsync(ct);
    }

    /// <summary>Adds our own figure of what a close realised, where the broker gave none.</summary>
    public async Task<OrderRow> NotePnlAsync(OrderRow order, decimal pnl, CancellationToken ct)
    {
        await using (var command = database.System.CreateCommand("update trading.orders set pnl = coalesce(pnl, $2), gross_pnl = coalesce(gross_pnl, $2) where id = $1"))
        {
            command.Parameters.AddWithValue(order.Id);
            command.Parameters.AddNumber(pnl);
            await command.ExecuteNonQueryAsync(ct);
        }
        return await orders.FindAsync(order.Id, ct) ?? order;
    }

    /// <summary>Stores fills; one that is there already is not counted again.</summary>
    public async Task AddFillsAsync(Lane lane, IReadOnlyList<(FillReport Fill, string Symbol)> fills, CancellationToken ct)
    {
        foreach (var (fill, symbol) in fills)
        {
            await using var command = database.System.CreateCommand("""
                insert into trading.fills (tenant_id, account_id, broker_fill_id, order_id, broker_order_id, broker_position_id, symbol, side, qty, price, fees, pnl, at)
                values ($1, $2, $3, (select id from trading.orders where account_id = $2 and broker_order_id = $4 order by seq limit 1), $4, $5, $6, $7, $8, $9, $10, $11, $12)
                on conflict do nothing
                """);
            command.Parameters.AddWithValue(lane.Tenant.Value);
            command.Parameters.AddWithValue(lane.AccountId.Value);
            command.Parameters.AddWithValue(fill.BrokerFillId);
            command.Parameters.AddWithValue(fill.BrokerOrderId);
            command.Parameters.AddText(fill.BrokerPositionId);
            command.Parameters.AddWithValue(symbol);
            command.Parameters.AddWithValue(fill.Side == Side.Buy ? "BUY" : "SELL");
            command.Parameters.AddNumber(fill.Quantity);
            command.Parameters.AddNumber(fill.Price);
            command.Parameters.AddNumber(fill.Fees ?? 0);
            command.Parameters.AddNumber(fill.RealizedPnl);
            command.Parameters.AddWithValue(fill.At.ToUniversalTime());
            await command.ExecuteNonQueryAsync(ct);
        }
    }
}
