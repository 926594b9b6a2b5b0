-- What a position has realised: the figures of its closing fills where the broker gives them, those of our closes whose fills have not
-- come, and the last floating profit for what closed otherwise. A broker may use an id again: a fill belongs to the newest position that
-- was open by then.
create or replace function trading.realized_of(p trading.positions) returns numeric language plpgsql stable as $$
begin
    -- Most have neither: then the last floating profit is all there is.
    if not exists (select from trading.orders o where o.account_id = p.account_id and o.broker_position_id = p.broker_position_id
                   and o.action in ('close', 'flatten') and o.created_at >= p.opened_at - interval '5 seconds')
        and not exists (select from trading.fills f where f.account_id = p.account_id and f.broker_position_id = p.broker_position_id and f.pnl is not null
                        and f.at >= p.opened_at - interval '5 seconds') then
        return coalesce(p.pnl, 0);
    end if;
    return (
    with closes as (
        select o.id, o.broker_order_id, o.pnl, o.status = 'FILLED' and o.qty >= o.position_qty as whole
        from trading.orders o
        where o.account_id = p.account_id and o.broker_position_id = p.broker_position_id and o.action in ('close', 'flatten')
            and o.created_at >= p.opened_at - interval '5 seconds'),
    told as (
        select f.order_id, f.broker_order_id, f.pnl
        from trading.fills f
        where f.account_id = p.account_id and f.broker_position_id = p.broker_position_id and f.pnl is not null and f.side <> p.side
            and f.at >= p.opened_at - interval '5 seconds'
            and not exists (select from trading.positions n
                            where n.account_id = p.account_id and n.broker_position_id = p.broker_position_id and n.side = p.side
                                and n.opened_at > p.opened_at and n.opened_at <= f.at)),
    untold as (
        select c.pnl from closes c
        where not exists (select from told t where t.order_id = c.id or t.broker_order_id = c.broker_order_id
                          or (c.broker_order_id is null and t.order_id is null)))
    select coalesce((select sum(pnl) from told),
                    case when exists (select from closes where whole and pnl is not null) then 0 else coalesce(p.pnl, 0) end)
        + coalesce((select sum(pnl) from untold), 0));
end $$;
