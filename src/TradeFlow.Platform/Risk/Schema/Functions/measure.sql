-- What the rules count. An entry of unknown outcome counts until it is known; one that was refused, or rejected, never does.
-- It runs under the tenant's turn, so it reads what it counts and nothing else: each arm below is one range of one index, bounded by the
-- tenant and by time. A count is one statement, so that an order which moves on meanwhile is seen in one of its states.
-- The plans are generic: planning anew takes longer than counting. What they must not be is left to no guess of the planner: they scan no
-- table, as they would while it is small and until its statistics are taken anew; they join no bitmaps, which reads a second index that
-- holds the orders of all tenants; and they are not compiled, which is chosen by the rows that a generic plan guesses.
create or replace function risk.measure(p_measure text, p_tenant uuid, p_since timestamptz, p_currency text) returns numeric
    language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare
    -- A value, not a call in the condition: an index is not asked for what may change from row to row.
    lately constant timestamptz := clock_timestamp() - interval '60 seconds';
    result numeric;
begin
    case p_measure
    when 'trades_ever' then
        select coalesce((select trades_count from billing.usage_counters where tenant_id = p_tenant), 0) + count(*) into result
        from trading.orders
        where tenant_id = p_tenant and action in ('open', 'reverse') and not counted_as_trade
            and status in ('PENDING', 'SENDING', 'UNKNOWN');
    when 'trades_of_day' then
        select count(*) into result from (
            select from trading.orders
                where tenant_id = p_tenant and action in ('open', 'reverse') and counted_as_trade and created_at >= p_since
            union all
            select from trading.orders
                where tenant_id = p_tenant and action in ('open', 'reverse') and not counted_as_trade
                    and status in ('PENDING', 'SENDING', 'UNKNOWN') and created_at >= p_since) trade;
    when 'open_positions' then
        -- What the brokers show, and each entry that may become a position: on its way, working, or filled a moment ago and not shown yet.
        -- One whose fill has been written into a position is that position. The offset and the max keep each look at the positions a look
        -- of its own, at one row: planned together with the entries, it may read all positions.
        select count(*) into result from (
            select from trading.positions where tenant_id = p_tenant and status = 'OPEN'
            union all
            select from trading.orders
                where tenant_id = p_tenant and action in ('open', 'reverse') and status in ('PENDING', 'SENDING', 'UNKNOWN', 'WORKING')
            union all
            select from (
                select account_id, side, broker_symbol, broker_position_id, sent_at from trading.orders
                    where tenant_id = p_tenant and action in ('open', 'reverse') and status = 'PARTIALLY_FILLED' and not booked
                union all
                select account_id, side, broker_symbol, broker_position_id, sent_at from trading.orders
                    where tenant_id = p_tenant and action in ('open', 'reverse') and status = 'FILLED' and settled_at > lately
                        and not booked) o
                where not case when o.broker_position_id is null
                    then coalesce((
                        select max(p.opened_at) from trading.positions p
                        where p.account_id = o.account_id and p.broker_symbol = o.broker_symbol and p.side = o.side)
                        >= o.sent_at - interval '30 seconds', false)
                    else exists (
                        select from trading.positions p
                        where p.account_id = o.account_id and p.broker_position_id = o.broker_position_id offset 0)
                    end) place;
    when 'loss_of_day' then
        result := - risk.pnl_of_day(p_tenant, p_since, p_currency);
    end case;
    return result;
end $$;
