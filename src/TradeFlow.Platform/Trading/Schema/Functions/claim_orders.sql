-- Claims the orders of many lanes in one round trip and one commit; the arrays run side by side. They are taken account by account, so that two batches cannot
-- wait for each other crosswise. A row that somebody holds on to fails the
-- batch after p_patience (0: never): the caller goes on with each by itself.
create or replace function trading.claim_orders(
    p_patience text, p_ids uuid[], p_accounts uuid[], p_epochs bigint[], p_entries boolean[], p_broker_symbols text[], p_sides text[], p_qtys numeric[], p_prices numeric[],
    p_stop_losses numeric[], p_take_profits numeric[], p_broker_positions text[], p_positions uuid[], p_position_qtys numeric[], p_symbols text[],
    p_versions bigint[])
    returns table (place int, outcome text, begun_at timestamptz)
    language plpgsql as $$
begin
    perform set_config('lock_timeout', p_patience, true);
    begun_at := statement_timestamp();
    for place in select t.i from unnest(p_accounts) with ordinality as t (account, i) order by t.account, t.i loop
        outcome := trading.claim_order(
            p_ids[place], p_epochs[place], p_entries[place], p_broker_symbols[place], p_sides[place], p_qtys[place], p_prices[place],
            p_stop_losses[place], p_take_profits[place], p_broker_positions[place], p_positions[place], p_position_qtys[place], p_symbols[place],
            p_versions[place]);
        return next;
    end loop;
end $$;
