-- Ends an order that was never claimed, so that nothing can have been sent.
create or replace function trading.refuse_order(p_id uuid, p_epoch bigint, p_status text, p_code text, p_reason text, p_errors jsonb) returns boolean
    language plpgsql as $$
declare
    o trading.orders;
begin
    update trading.orders set status = p_status, reject_code = p_code, reject_reason = p_reason, reject_errors = p_errors,
            answered_at = clock_timestamp(), settled_at = clock_timestamp()
        where id = p_id and status = 'PENDING' and trading.holds_lane(account_id, p_epoch)
        returning * into o;
    if not found then return false; end if;
    perform trading.note(o, 'refused', jsonb_build_object('code', p_code));
    return true;
end $$;
