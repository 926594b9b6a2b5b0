-- Gives a claim back when it is certain that nothing was sent under it, so that it is claimed, with every check, again.
create or replace function trading.release_order(p_id uuid, p_epoch bigint, p_why text) returns boolean
    language plpgsql as $$
declare
    o trading.orders;
begin
    update trading.orders set status = 'PENDING', epoch = null, sent_at = null where id = p_id and status = 'SENDING' and epoch = p_epoch returning * into o;
    if not found then return false; end if;
    perform trading.note(o, 'released', jsonb_build_object('why', p_why));
    return true;
end $$;
