-- What open positions are worth now, of many accounts at once; answers which rows were written. It waits for nobody: a row that is being changed is
-- left to the next time, so that no settlement waits for this one and this one for it. Nor does it wait for the disk: what a crash loses is read
-- again from the broker. p_ages: since the reading began; what a fill has changed since then stays as it is.
create or replace function trading.price_positions(
    p_ids uuid[], p_prices numeric[], p_pnls numeric[], p_percents numeric[], p_ages interval[]) returns setof uuid
    language plpgsql as $$
begin
    perform set_config('synchronous_commit', 'off', true);
    return query
        with told as (
            select p.id, n.price, n.pnl, n.percent
            from unnest(p_ids, p_prices, p_pnls, p_percents, p_ages) as n (id, price, pnl, percent, age)
            join trading.positions p using (id)
            where p.status = 'OPEN' and (p.followed_at is null or p.followed_at <= clock_timestamp() - n.age)
            for no key update of p skip locked)
        update trading.positions p
            set current_price = told.price, pnl = told.pnl, pnl_percent = told.percent, updated_at = clock_timestamp()
            from told where p.id = told.id returning p.id;
end $$;
