-- What the rules count. An entry of unknown outcome counts until it is known; one that was refused, or rejected, never does.
create or replace function risk.measure(p_measure text, p_tenant uuid, p_since timestamptz, p_currency text) returns numeric
    language plpgsql as $$
declare
    result numeric;
begin
    case p_measure
    when 'trades_ever' then
        select coalesce((select trades_count from billing.usage_counters where tenant_id = p_tenant), 0) + count(*) into result
        from trading.orders where tenant_id = p_tenant and action in ('open', 'reverse') and not counted_as_trade and status in ('PENDING', 'SENDING', 'UNKNOWN');
    when 'trades_of_day' then
        select count(*) into result
        from trading.orders where tenant_id = p_tenant and action in ('open', 'reverse') and created_at >= p_since
            and (counted_as_trade or status in ('PENDING', 'SENDING', 'UNKNOWN'));
    when 'open_positions' then
        -- What the brokers show, and each entry that may become a position: on its way, working, or filled a moment ago and not shown yet.
        select (select count(*) from trading.positions where tenant_id = p_tenant and status = 'OPEN') + count(*) into result
        from trading.orders o where o.tenant_id = p_tenant and o.action in ('open', 'reverse')
            and (o.status in ('PENDING', 'SENDING', 'UNKNOWN', 'WORKING')
                 or ((o.status = 'PARTIALLY_FILLED' or (o.status = 'FILLED' and o.settled_at > clock_timestamp() - interval '60 seconds'))
                     and not exists (
                        select 1 from trading.positions p where p.account_id = o.account_id
                            and case when o.broker_position_id is null then p.side = o.side and p.broker_symbol = o.broker_symbol and p.opened_at >= o.sent_at - interval '30 seconds'
                                else p.broker_position_id = o.broker_position_id end)));
    when 'loss_of_day' then
        select - (f.pnl + p.pnl) into result from risk.realized_by_fills(p_tenant, p_since, p_currency) f (pnl), risk.pnl_by_positions(p_tenant, p_since, p_currency) p (pnl);
    end case;
    return result;
end $$;
