-- Trades of these tenants that were closed since, and have not been told. Fills may come a moment after the close, so the last second waits.
create or replace function delivery.closed_trades(
    p_tenants uuid[], p_since timestamptz[], p_until timestamptz, out tenant uuid, out trade uuid, out account uuid, out account_name text,
    out symbol text, out side text, out pnl numeric, out currency text) returns setof record
    language sql stable as $$
    select w.tenant, p.id, p.account_id, a.name, p.symbol, p.side, p.realized_pnl, a.currency
    from unnest(p_tenants, p_since) w (tenant, since)
    cross join lateral (
        select * from trading.positions c
        where c.tenant_id = w.tenant and c.status = 'CLOSED' and c.closed_at > w.since and c.closed_at <= p_until
        order by c.closed_at desc limit 500) p
    join accounts.accounts a on a.id = p.account_id
    where not exists (select from live.notifications n where n.tenant_id = w.tenant and n.once = 'trade.closed:' || p.id)
    order by p.closed_at
$$;
