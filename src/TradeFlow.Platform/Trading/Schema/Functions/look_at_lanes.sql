-- As trading.held_lanes, and what changes seldom. has_free: a lane that is to be served has nobody among the living. seen: what else a Worker's lanes depend on;
-- while it stays the same, they do.
create or replace function trading.look_at_lanes(p_holder text, p_living text[], out held bigint, out print numeric, out has_free boolean, out seen text)
    language plpgsql stable as $$
begin
    select h.held, h.print into held, print from trading.held_lanes(p_holder) h;
    select coalesce(bool_or(l.holder is null or l.holder <> all (p_living)), false),
           format('%s %s %s', count(*) filter (where l.holder = p_holder), sum(a.version) filter (where l.holder = p_holder),
                  sum(coalesce(a.equity, a.balance)) filter (where l.holder = p_holder))
        into has_free, seen
        from accounts.accounts a left join trading.lanes l on l.account_id = a.id
        where a.deleted_at is null and a.status <> 'pending';
end $$;
