-- In plpgsql, as all that a signal runs through: a function of SQL is planned anew at each call.
create or replace function trading.note(p_order trading.orders, p_kind text, p_detail jsonb default null) returns void language plpgsql as $$
begin
    insert into trading.order_events (tenant_id, order_id, kind, detail) values (p_order.tenant_id, p_order.id, p_kind, p_detail);
end $$;
