-- What the accounts of one currency have won since p_since, or lost: what fills tell net of fees, what positions realised where no fill tells it, and what is
-- open now. A position whose last close has filled is not open any more, though the broker may show it for a moment longer.
-- Of a fill without a profit, which is an entry, the fees count when it is closed: they would count twice if they counted now.
-- Each range is read once, alone: planned together with the accounts, all fills and positions of an account may be read. That is what the
-- offset and the conditions in the sums are for.
create or replace function risk.pnl_of_day(p_tenant uuid, p_since timestamptz, p_currency text) returns numeric
    language plpgsql as $$
declare
    -- What is opened after it has neither fills nor closes from before.
    whole constant timestamptz := p_since + interval '5 seconds';
    told boolean;
    by_fills numeric;
    by_rows numeric := 0;
    -- Positions closed since then whose row alone does not say what they realised since then.
    others boolean := true;
begin
    select count(*) > 0,
           coalesce(sum(f.pnl) filter (where f.account_id in (
                select id from accounts.accounts where tenant_id = p_tenant and currency = p_currency)), 0)
        into told, by_fills
        from trading.fills f where f.tenant_id = p_tenant and f.at >= p_since and f.pnl is not null;
    if not told then
        select coalesce(sum(p.realized_pnl) filter (where p.opened_at >= whole and p.account_id in (
                    select id from accounts.accounts where tenant_id = p_tenant and currency = p_currency)), 0),
               count(*) filter (where p.opened_at < whole) > 0
            into by_rows, others
            from trading.positions p where p.tenant_id = p_tenant and p.status = 'CLOSED' and p.closed_at >= p_since;
    end if;
    return by_fills + by_rows + (
        select coalesce(sum(
            case when fills.tell then closes.untold
                 when p.status = 'CLOSED' then coalesce(p.realized_pnl, 0) - closes.before
                 else closes.since end
            + case when p.status = 'OPEN' and not closes.whole then coalesce(p.pnl, 0) else 0 end), 0)
        from (select * from trading.positions where tenant_id = p_tenant and status = 'OPEN'
              union all
              select * from trading.positions
              where others and tenant_id = p_tenant and status = 'CLOSED' and closed_at >= p_since and (told or opened_at < whole)
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
