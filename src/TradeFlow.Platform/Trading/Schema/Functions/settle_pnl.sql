-- What a close has realised, as its fills tell it once they tell all of it; before that, as the answer told or we reckoned. True when it
-- has changed.
create or replace function trading.settle_pnl(p_order uuid) returns boolean language plpgsql as $$
begin
    update trading.orders o set pnl = told.pnl, pnl_by_fills = true, gross_pnl = coalesce(o.gross_pnl, told.pnl + told.fees)
        from (select sum(qty) as qty, sum(pnl) as pnl, sum(fees) as fees, bool_and(pnl is not null) as whole
              from trading.fills where order_id = p_order) told
        where o.id = p_order and o.action in ('close', 'flatten') and o.filled_qty > 0
            and told.whole and told.qty >= o.filled_qty and (o.pnl is distinct from told.pnl or not o.pnl_by_fills);
    return found;
end $$;
