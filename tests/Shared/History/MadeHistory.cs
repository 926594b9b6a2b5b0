namespace TradeFlow.Tests.Shared;

/// <summary>
/// SQL that makes a database in which one trader has done most of the trading for years, with others around: <see cref="Settings"/> first,
/// then <c>call made.history(first, last)</c> for as many orders, positions and fills as are wanted.
/// </summary>
internal static class MadeHistory
{
    /// <summary>The trader with ten twelfths of the rows. They have two accounts, as each of the eight others.</summary>
    public static readonly Guid Trader = Guid.Parse("00000001-0000-4000-8000-000000000000");

    /// <summary>
    /// <c>select made.log(first, last)</c> writes the rows of the log that belong to it; a hundredth of them are refusals.
    /// </summary>
    public const string Log = """
        create function made.log(first int, last int) returns bigint language sql as $$
            with written as (
                insert into alerts.webhooks_log (id, tenant_id, account_id, broker, received_at, method, path, payload, order_id, status, latency_ms, response)
                select id, tenant, account, 'paper', at, 'POST', '/webhook/paper/***', '{"intent":{"action":"open","symbol":"EURUSD"}}', id,
                    case when n % 100 = 1 then 422 else 200 end, 5, '{"success":true}' from made.rows(first, last) returning 1)
            select count(*) from written $$;
        """;

    // Indexes are dropped for the insert and made again after it: three times as fast as to keep them up row by row.
    public const string Settings = """
        create schema made;
        create function made.id(kind int, n int) returns uuid language sql immutable as
            $$ select (lpad(to_hex(kind), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
        insert into tenancy.tenants (id, slug, name) select made.id(1, n), 't' || n, 't' || n from generate_series(0, 8) n;
        insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status)
            select made.id(2, n), made.id(1, n / 2), made.id(3, n), 'paper', 'a' || n, 'demo', 'a' || n, 'USD', 'active'
            from generate_series(0, 17) n;
        insert into billing.usage_counters (tenant_id, trades_count) select id, 7 from tenancy.tenants;

        -- A minute apart, from long ago to some days ago.
        create function made.rows(first int, last int) returns table (n int, id uuid, tenant uuid, account uuid, name text, at timestamptz)
            language sql as $$
            select n, made.id(4, n), made.id(1, t), made.id(2, t * 2 + n / 2 % 2), lpad(n::text, 8, '0'),
                now() - interval '700 days' + n * interval '1 minute'
            from generate_series(first, last) n
            cross join lateral (select case when n % 12 < 10 then 0 else 1 + n / 12 % 8 end as t) of $$;

        create procedure made.history(first int, last int) language plpgsql as $$
        declare
            books constant regclass[] := '{trading.orders, trading.positions, trading.fills}';
            one record;
            again text[] := '{}';
            statement text;
        begin
            for one in select conrelid::regclass as book, conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
                    where conrelid = any(books) and contype in ('p', 'u', 'f') order by contype loop
                again := format('alter table %s add constraint %I %s', one.book, one.name, one.definition) || again;
                execute format('alter table %s drop constraint %I', one.book, one.name);
            end loop;
            for one in select indexrelid::regclass as name, pg_get_indexdef(indexrelid) as definition from pg_index
                    where indrelid = any(books) loop
                again := one.definition || again;
                execute format('drop index %s', one.name);
            end loop;

            insert into trading.orders (id, tenant_id, account_id, broker, seq, client_order_id, action, intent, symbol, broker_symbol,
                    side, type, status, broker_position_id, pnl, counted_as_trade, created_at, sent_at, answered_at, settled_at, valid_until)
                select id, tenant, account, 'paper', n, name, case when n % 2 = 0 then 'open' else 'close' end, '{}', 'EURUSD', 'EURUSD',
                    'BUY', 'MARKET', 'FILLED', name, 1, n % 2 = 0, at, at, at, at, at from made.rows(first, last);
            insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty,
                    avg_price, status, opened_at, closed_at, realized_pnl, updated_at)
                select id, tenant, account, 'paper', name, 'EURUSD', 'EURUSD', 'BUY', 1, 1, 'CLOSED', at, at, 1, at
                from made.rows(first, last);
            insert into trading.fills (tenant_id, account_id, broker_fill_id, broker_order_id, broker_position_id, symbol, side, qty,
                    price, pnl, at)
                select tenant, account, name, name, name, 'EURUSD', 'BUY', 1, 1, case when n % 2 = 1 then 1 end, at
                from made.rows(first, last);

            foreach statement in array again loop execute statement; end loop;
        end $$;
        """;

    // Positions: two open, two closed today. Entries filled a moment ago: two shown as positions (one by its id, one by symbol, side and
    // time), two not yet.
    public const string Today = """
        insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price,
                pnl, status, opened_at, closed_at, realized_pnl, updated_at)
            select made.id(5, n), made.id(1, 0), made.id(2, 0), 'paper', 'P' || n, 'EURUSD', symbol, 'BUY', 1, 1, -10, status, opened,
                closed, -100, now()
            from (values (1, 'EURUSD', 'OPEN', now() - interval '2 days', null), (2, 'GBPUSD', 'OPEN', now(), null),
                    (3, 'EURUSD', 'CLOSED', now() - interval '3 days', now()), (4, 'EURUSD', 'CLOSED', now() - interval '1 hour', now()))
                p (n, symbol, status, opened, closed);
        insert into trading.fills (tenant_id, account_id, broker_fill_id, broker_position_id, symbol, side, qty, price, fees, pnl, at)
            values (made.id(1, 0), made.id(2, 0), 'T1', 'P4', 'EURUSD', 'SELL', 1, 1, 0, -50, now()),
                   (made.id(1, 0), made.id(2, 0), 'T2', 'P1', 'EURUSD', 'BUY', 1, 1, 3, null, now());
        insert into trading.orders (id, tenant_id, account_id, broker, seq, client_order_id, action, intent, symbol, broker_symbol, side,
                type, status, broker_position_id, counted_as_trade, created_at, sent_at, settled_at, valid_until)
            select made.id(6, n), made.id(1, 0), made.id(2, 0), 'paper', 100000000 + n, 'T' || n, 'open', '{}', 'EURUSD', symbol, 'BUY',
                'MARKET', status, position, counted, now() - interval '1 hour', now(), now() + settled, now()
            from (values (1, 'EURUSD', 'SENDING', null, false, null), (2, 'EURUSD', 'UNKNOWN', null, false, null),
                    (3, 'EURUSD', 'WORKING', null, true, null), (4, 'EURUSD', 'PARTIALLY_FILLED', 'P1', true, null),
                    (5, 'EURUSD', 'FILLED', 'P1', true, interval '1 day'), (6, 'GBPUSD', 'FILLED', null, true, interval '1 day'),
                    (7, 'EURUSD', 'FILLED', 'P9', true, interval '1 day'), (8, 'USDJPY', 'FILLED', null, true, interval '1 day'),
                    (9, 'EURUSD', 'FILLED', 'P8', true, interval '-1 hour'), (10, 'EURUSD', 'REJECTED', null, false, interval '-1 hour'))
                o (n, symbol, status, position, counted, settled);
        """;
}
