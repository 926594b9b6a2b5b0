-- What a Worker has to know of the lanes, in one look. held, print: how many lanes stand in its name, and a sum over them that another lane
-- or another epoch changes; while both are what it knows, no lane of it has begun elsewhere. has_free: a lane that is to be served has nobody among the living. seen: what else its lanes depend on; while it stays the same, they do.
create or replace function trading.look_at_lanes(p_holder text, p_living text[], out held bigint, out print numeric, out has_free boolean, out seen text)
    language plpgsql stable as $$
begin
    select count(*), coalesce(sum(('x' || right(replace(l.account_id::text, '-', ''), 15))::bit(60)::bigint::numeric * l.epoch), 0)
        into held, print from trading.lanes l where l.holder = p_holder;
    select coalesce(bool_or(l.holder is null or l.holder <> all (p_living)), false),
           format('%s %s %s', count(*) filter (where l.holder = p_holder), sum(a.version) filter (where l.holder = p_holder),
                  sum(coalesce(a.equity, a.balance)) filter (where l.holder = p_holder))
        into has_free, seen
        from accounts.accounts a left join trading.lanes l on l.account_id = a.id
        where a.deleted_at is null and a.status <> 'pending';
end $$;
