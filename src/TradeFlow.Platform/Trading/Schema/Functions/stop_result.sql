-- What the stops of these accounts have brought about: closes that filled, what they realised, and the working orders that were canceled (a cancel
-- notes how many it was for in position_qty).
create or replace function trading.stop_result(p_accounts uuid[], out positions_closed bigint, out pnl numeric, out orders_canceled numeric)
    language sql stable as $$
    select count(distinct (o.account_id, o.broker_position_id)) filter (where o.action <> 'cancel' and o.status = 'FILLED'),
           coalesce(sum(o.pnl) filter (where o.action <> 'cancel'), 0),
           coalesce(sum(o.position_qty) filter (where o.action = 'cancel' and o.status = 'CANCELED' and o.reject_code is null), 0)
    from trading.stopped_accounts s join trading.orders o on o.account_id = s.account_id and (o.id = any(s.orders) or o.parent_id = any(s.orders))
    where s.account_id = any(p_accounts)
$$;
