-- The position of an entry as far as its fill tells it; the broker's next reading refines it (trading.show_position).
create or replace function trading.open_by_fill(o trading.orders, p_qty numeric) returns void language plpgsql as $$
begin
    insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price,
                                   stop_loss, take_profit, opened_at, updated_at, origin, order_id, shown, followed_at)
    values (gen_random_uuid(), o.tenant_id, o.account_id, o.broker, coalesce(o.broker_position_id, 'fill:' || o.id),
            -- The name that the platform gives what is held; the order has the sender's.
            coalesce((select i.symbol from connectors.instruments i
                      where i.account_id = o.account_id and i.broker_symbol = o.broker_symbol), o.symbol),
            coalesce(o.broker_symbol, o.symbol), o.side, p_qty, o.avg_price, o.stop_loss, o.take_profit,
            case when o.type = 'MARKET' then coalesce(o.sent_at, clock_timestamp()) else clock_timestamp() end,
            clock_timestamp(), 'signal', o.id, false, clock_timestamp());
end $$;
