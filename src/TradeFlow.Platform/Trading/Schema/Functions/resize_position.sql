-- A fill of ours has changed the quantity. The floating profit is that of the same price.
create or replace function trading.resize_position(p trading.positions, p_qty numeric, p_avg_price numeric) returns void language plpgsql as $$
begin
    update trading.positions set qty = p_qty, avg_price = p_avg_price, followed_at = clock_timestamp(), updated_at = clock_timestamp(),
            pnl = case when p_avg_price = p.avg_price then round(p.pnl * p_qty / p.qty, 2) end,
            pnl_percent = case when p_avg_price = p.avg_price then p.pnl_percent end
        where id = p.id;
end $$;
