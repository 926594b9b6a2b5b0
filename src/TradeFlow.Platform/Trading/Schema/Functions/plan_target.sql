-- Says what a target takes, as long as nothing of it was sent. Found anew, it is said anew; that a message was missed stays said.
create or replace function trading.plan_target(
    p_id uuid, p_epoch bigint, p_action text, p_intent jsonb, p_side text, p_gap boolean, p_refusal jsonb) returns boolean
    language plpgsql as $$
declare
    o trading.orders;
begin
    update trading.orders set action = p_action, intent = p_intent, side = p_side, unplanned = false, gap = gap or p_gap, entry_refusal = coalesce(entry_refusal, p_refusal)
        where id = p_id and status = 'PENDING' and trading.holds_lane(account_id, p_epoch)
        returning * into o;
    if not found then return false; end if;
    perform trading.note(o, 'planned', jsonb_build_object('action', p_action, 'qty', p_intent -> 'exactly', 'gap', o.gap));
    return true;
end $$;
