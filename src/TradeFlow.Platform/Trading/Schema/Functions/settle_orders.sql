-- Writes what is known of many orders in one round trip and one commit (trading.settle_order); the arrays run side by side. They are taken tenant by tenant and
-- account by account, so that two batches cannot wait for each other crosswise. What somebody holds on to fails the batch after p_patience (0: never): the
-- caller goes on with each by itself. Returns the places of those that changed.
create or replace function trading.settle_orders(
    p_patience text, p_ids uuid[], p_statuses text[], p_codes text[], p_reasons text[], p_broker_order_ids text[], p_broker_positions text[], p_filleds numeric[],
    p_avg_prices numeric[], p_pnls numeric[], p_gross_pnls numeric[], p_takens boolean[], p_events text[], p_details jsonb[]) returns setof int
    language plpgsql as $$
declare
    i int;
begin
    perform set_config('lock_timeout', p_patience, true);
    for i in
        select t.i from unnest(p_ids) with ordinality as t (id, i) left join trading.orders o on o.id = t.id order by o.tenant_id, o.account_id, t.i
    loop
        if trading.settle_order(
            p_ids[i], p_statuses[i], p_codes[i], p_reasons[i], p_broker_order_ids[i], p_broker_positions[i], p_filleds[i], p_avg_prices[i], p_pnls[i],
            p_gross_pnls[i], p_takens[i], p_events[i], p_details[i]) then
            return next i;
        end if;
    end loop;
end $$;
