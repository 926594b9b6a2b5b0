-- Positions that the brokers show of many accounts in one round trip and one commit (trading.show_position); the arrays run side by side. They are taken account by
-- account, so that two batches cannot wait for each other crosswise. An account that somebody holds on to fails the batch after p_patience (0: never): the caller goes
-- on with each by itself.
create or replace function trading.show_positions(
    p_patience text, p_ids uuid[], p_tenants uuid[], p_accounts uuid[], p_brokers text[], p_broker_positions text[], p_client_order_ids text[],
    p_symbols text[], p_broker_symbols text[], p_sides text[], p_qtys numeric[], p_avg_prices numeric[], p_current_prices numeric[], p_pnls numeric[],
    p_pnl_percents numeric[], p_stop_losses numeric[], p_take_profits numeric[], p_opened_ats timestamptz[], p_ages interval[])
    returns table (place int, row_id uuid, since timestamptz, is_new boolean) language plpgsql as $$
begin
    perform set_config('lock_timeout', p_patience, true);
    for place in select t.i from unnest(p_accounts) with ordinality as t (account, i) order by t.account, t.i loop
        select s.row_id, s.since, s.is_new into row_id, since, is_new
            from trading.show_position(
                p_ids[place], p_tenants[place], p_accounts[place], p_brokers[place], p_broker_positions[place], p_client_order_ids[place],
                p_symbols[place], p_broker_symbols[place], p_sides[place], p_qtys[place], p_avg_prices[place], p_current_prices[place], p_pnls[place],
                p_pnl_percents[place], p_stop_losses[place], p_take_profits[place], p_opened_ats[place], p_ages[place]) s;
        return next;
    end loop;
end $$;
