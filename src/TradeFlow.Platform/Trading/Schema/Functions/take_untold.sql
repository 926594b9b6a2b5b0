-- Orders that failed after their sender had been answered, once. An order is answered within p_signal (an alert) or p_person (a button):
-- what failed by then is told by that answer, unless nobody has taken it, and such an order is left alone until then. What needs no telling
-- is taken all the same.
create or replace function trading.take_untold(
    p_signal interval, p_person interval, out tenant uuid, out account uuid, out signal uuid, out failed uuid, out webhook uuid,
    out action text, out symbol text, out side text, out code text, out words text, out account_name text) returns setof record
    language plpgsql as $$
begin
    return query
        with due as (
            select o.id from trading.orders o
            where not o.told and (o.status = 'REJECTED' or (o.status = 'CANCELED' and o.reject_code is not null))
                and o.created_at < clock_timestamp() - case when o.webhook_id is null then p_person else p_signal end
            order by o.created_at limit 200 for update skip locked),
        taken as (
            update trading.orders o set told = true from due where o.id = due.id
            returning o.*, coalesce(o.parent_id, o.id) as head)
        select distinct on (t.head) t.tenant_id, t.account_id, t.head, t.id, t.webhook_id,
               -- What may not enter stands among the exits; that it did not enter is no exit that failed.
               case when t.action = 'close' and t.entry_refusal ->> 'code' = t.reject_code then 'reverse' else t.action end, t.symbol, t.side,
               t.reject_code, t.reject_reason, a.name
        from taken t join accounts.accounts a on a.id = t.account_id
        where coalesce(t.reject_code, '') not in
                ('nothing_to_close', 'nothing_to_cancel', 'position.closed', 'already_there', 'superseded', 'nothing_to_protect')
            -- Once for a signal, whatever number of orders it took.
            and not exists (select from trading.orders s where (s.id = t.head or s.parent_id = t.head) and s.told
                            and (s.status = 'REJECTED' or (s.status = 'CANCELED' and s.reject_code is not null))
                            and s.id not in (select due.id from due))
            -- An emergency stop has words of its own.
            and not exists (select from trading.stopped_accounts e
                            where e.account_id = t.account_id and (t.id = any(e.orders) or t.parent_id = any(e.orders)))
        order by t.head, t.settled_at;
end $$;
