-- Orders that were claimed under an earlier epoch and never settled. What it had to do is not known: look it up, never send again.
-- Only a cancel and a change of stops may run again: they open nothing, however often they are sent.
create or replace function trading.take_over(p_account uuid, p_epoch bigint) returns setof uuid
    language plpgsql as $$
declare
    o trading.orders;
begin
    if not trading.holds_lane(p_account, p_epoch) then return; end if;
    if not exists (select 1 from trading.orders where account_id = p_account and status = 'SENDING' and epoch is distinct from p_epoch) then
        return;
    end if;
    -- From this commit on nothing of them is handed out to a terminal that was not handed out before.
    perform connectors.withdraw_commands(p_account);
    for o in select * from trading.orders where account_id = p_account and status = 'SENDING' and epoch is distinct from p_epoch order by seq for update loop
        update trading.orders set
                status = case when o.action in ('cancel', 'modify') then 'PENDING' else 'UNKNOWN' end,
                answered_at = case when o.action in ('cancel', 'modify') then null else coalesce(answered_at, clock_timestamp()) end,
                next_look_at = clock_timestamp()
            where id = o.id;
        perform trading.note(o, 'taken_over', jsonb_build_object('from', o.epoch));
        return next o.id;
    end loop;
end $$;
