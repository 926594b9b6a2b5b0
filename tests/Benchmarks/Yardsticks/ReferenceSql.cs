namespace TradeFlow.Benchmarks.Yardsticks;

/// <summary>
/// The yardsticks' own tables, with the columns, indexes and history of the product's, and the statements of one signal: the checks and
/// rows that the product has, in one transaction.
/// </summary>
internal static class ReferenceSql
{
    public const string Prepare = """
        drop schema if exists reference cascade;
        create schema reference;
        create table reference.dedupe (like alerts.dedupe including all);
        create table reference.log (like alerts.webhooks_log including all);
        create table reference.orders (like trading.orders including all);
        create table reference.events (like trading.order_events including all);
        create table reference.positions (like trading.positions including all);
        create table reference.fills (like trading.fills including all);
        create table reference.counters (like billing.usage_counters including all);
        create table reference.accounts as
            select row_number() over (order by id)::int as n, id, tenant_id, broker, true as enabled, 1000000000::bigint as next_seq
            from accounts.accounts where broker = 'bench' and deleted_at is null;
        create unique index on reference.accounts (n);
        create unique index on reference.accounts (id);
        insert into reference.log select * from alerts.webhooks_log;
        insert into reference.orders select * from trading.orders;
        insert into reference.positions select * from trading.positions;
        insert into reference.fills overriding system value select * from trading.fills;
        insert into reference.counters select * from billing.usage_counters;
        """;

    public const string Vacuum =
        "vacuum analyze reference.log, reference.orders, reference.positions, reference.fills, reference.counters, reference.accounts, reference.dedupe";

    /// <summary>Keeps the tenant's turn, as the limits need it, and the key of the signal.</summary>
    public const string Begin = """
        insert into reference.dedupe (account_id, dedupe_key, tenant_id, body_hash, webhook_id, order_id, received_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, now(), now() + interval '24 hours') on conflict do nothing
        """;

    /// <summary>Trades and loss of the day, and what is open.</summary>
    public const string Check = """
        select (select count(*) from reference.orders
                where tenant_id = $1 and action in ('open', 'reverse') and counted_as_trade and created_at >= date_trunc('day', now())),
               (select count(*) from reference.positions where tenant_id = $1 and status = 'OPEN'),
               (select coalesce(sum(realized_pnl), 0) from reference.positions
                where tenant_id = $1 and status = 'CLOSED' and closed_at >= date_trunc('day', now())),
               (select coalesce(sum(coalesce(pnl, - fees)), 0) from reference.fills where tenant_id = $1 and at >= date_trunc('day', now()))
        from pg_advisory_xact_lock(hashtextextended($1::text, 0))
        """;

    public const string Order = """
        with turn as (update reference.accounts set next_seq = next_seq + 1 where id = $3 returning next_seq)
        insert into reference.orders (id, tenant_id, account_id, broker, seq, webhook_id, client_order_id, action, intent, symbol, broker_symbol, side, type,
            qty, status, broker_order_id, broker_position_id, filled_qty, avg_price, valid_until, counted_as_trade, created_at, sent_at, answered_at,
            filled_at, settled_at, booked, told)
        select $1, $2, $3, 'bench', next_seq, $4, $5, 'open', '{"action": "open", "side": "buy", "type": "market", "symbol": "EURUSD", "qty": 0.01}',
            'EURUSD', 'EURUSD', 'BUY', 'MARKET', 0.01, 'FILLED', $6, $6, 0.01, 1.09, now() + interval '30 seconds', true, now(), now(), now(), now(), now(),
            true, true
        from turn
        """;

    public const string Event =
        "insert into reference.events (tenant_id, order_id, kind, detail) values ($1, $2, 'outcome', '{\"status\": \"FILLED\"}')";

    public const string Position = """
        with held as (
            update reference.positions set status = 'CLOSED', closed_at = now(), realized_pnl = 0, updated_at = now()
            where account_id = $2 and broker_position_id = 'EURUSD' and status = 'OPEN' returning id)
        insert into reference.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, status, opened_at,
            updated_at, order_id)
        select $1, $3, $2, 'bench', 'EURUSD', 'EURUSD', 'EURUSD', 'BUY', 0.01, 1.09, 'OPEN', now(), now(), $4 where not exists (select from held)
        """;

    public const string Counter = "update reference.counters set trades_count = trades_count + 1 where tenant_id = $1";

    public const string Log = """
        insert into reference.log (id, tenant_id, account_id, broker, received_at, method, path, payload, order_id, status, latency_ms, response)
        values ($1, $2, $3, 'bench', now(), 'POST', '/webhook/bench/***', $4, $5, 200, 5, '{"success": true}')
        """;
}
