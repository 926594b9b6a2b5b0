-- Puts one order into the lane of its account. The lane's row lock is held until commit, so that the order of seq is the order of commits.
create or replace function trading.enqueue_order(
    p_id uuid, p_tenant uuid, p_account uuid, p_broker text, p_webhook uuid, p_parent uuid, p_position uuid, p_client_order_id text,
    p_action text, p_intent jsonb, p_symbol text, p_side text, p_type text, p_qty numeric, p_price numeric,
    p_stop_epoch bigint, p_created_at timestamptz, p_valid_until timestamptz) returns bigint
    language plpgsql as $$
declare
    taken bigint;
    parent record;
begin
    if p_parent is not null then select coalesce(turn, seq) as turn, strategy_id, strategy_name into parent from trading.orders where id = p_parent;
    else select null::bigint as turn, (p_intent -> 'strategy' ->> 'id')::uuid as strategy_id, p_intent -> 'strategy' ->> 'name' as strategy_name into parent;
    end if;
    insert into trading.lanes (account_id, tenant_id, next_seq) values (p_account, p_tenant, 2)
        on conflict (account_id) do update set next_seq = trading.lanes.next_seq + 1
        returning next_seq - 1 into taken;
    insert into trading.orders (id, tenant_id, account_id, broker, seq, webhook_id, parent_id, turn, position_id, client_order_id, action, intent,
                                symbol, side, type, qty, price, stop_epoch, created_at, valid_until, unplanned,
                                strategy_id, strategy_name)
        values (p_id, p_tenant, p_account, p_broker, taken, p_webhook, p_parent, parent.turn,
                p_position, p_client_order_id, p_action, p_intent, p_symbol, p_side, p_type, p_qty, p_price, p_stop_epoch, p_created_at, p_valid_until,
                p_parent is null and p_intent ? 'target', parent.strategy_id, parent.strategy_name);
    return taken;
end $$;
