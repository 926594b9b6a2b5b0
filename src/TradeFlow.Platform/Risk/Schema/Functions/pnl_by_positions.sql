-- What positions realised since then where the broker's fills do not say it, and what is open now. A position whose last close has filled
-- is not open any more, though the broker may show it for a moment longer. The offset: see risk.realized_by_fills.
create or replace function risk.pnl_by_positions(p_tenant uuid, p_since timestamptz, p_currency text) returns numeric
    language plpgsql as $$
declare
    told constant boolean := exists (select from trading.fills where tenant_id = p_tenant and at >= p_since and pnl is not null);
    -- What is opened after it has neither fills nor closes from before.
    whole constant timestamptz := p_since + interval '5 seconds';
begin
    -- Where no fill tells a profit, what was opened and closed since then is what its row says, without a look at its fills and closes.
    return (select coalesce(sum(p.realized_pnl), 0)
        from (select account_id, realized_pnl from trading.positions
              where not told and tenant_id = p_tenant and status = 'CLOSED' and closed_at >= p_since and opened_at >= whole offset 0) p
        join accounts.accounts a on a.tenant_id = p_tenant and a.id = p.account_id and a.currency = p_currency)
    + (select coalesce(sum(
            case when fills.tell then closes.untold
                 when p.status = 'CLOSED' then coalesce(p.realized_pnl, 0) - closes.before
                 else closes.since end
            + case when p.status = 'OPEN' and not closes.whole then coalesce(p.pnl, 0) else 0 end), 0)
        from (select * from trading.positions where tenant_id = p_tenant and status = 'OPEN'
              union all
              select * from trading.positions
              where tenant_id = p_tenant and status = 'CLOSED' and closed_at >= p_since and (told or opened_at < whole)
              offset 0) p
        join accounts.accounts a on a.tenant_id = p_tenant and a.id = p.account_id and a.currency = p_currency
        cross join lateral (
            select exists (
                select 1 from trading.fills f
                where f.account_id = p.account_id and f.broker_position_id = p.broker_position_id and f.pnl is not null
                    and f.at >= p.opened_at - interval '5 seconds') as tell) fills
        cross join lateral (
            select coalesce(sum(o.pnl) filter (where o.answered_at < p_since), 0) as before,
                   coalesce(sum(o.pnl) filter (where o.answered_at >= p_since), 0) as since,
                   -- Closes whose own fills have not come yet. One that nobody can tell a fill of is told by those that there are.
                   coalesce(sum(o.pnl) filter (where o.answered_at >= p_since and not o.pnl_by_fills and o.broker_order_id is not null), 0)
                       as untold,
                   coalesce(bool_or(o.status = 'FILLED' and o.qty >= o.position_qty), false) as whole
            from trading.orders o
            where o.account_id = p.account_id and o.broker_position_id = p.broker_position_id and o.action in ('close', 'flatten')
                and o.created_at >= p.opened_at - interval '5 seconds') closes);
end $$;
