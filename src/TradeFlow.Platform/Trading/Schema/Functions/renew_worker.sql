-- Renews the lease of a worker. Where it is gone, because it had ended and another has taken what it was for, the worker begins anew under p_anew: an id whose lease
-- is gone never comes back. has_free: a lane that is to be served has no worker. seen: what else the lanes to serve depend on; while it stays the same, they do.
create or replace function trading.renew_worker(p_worker uuid, p_anew uuid, p_length interval, out held boolean, out has_free boolean, out seen text)
    language plpgsql as $$
begin
    update trading.workers set lease_until = clock_timestamp() + p_length where id = p_worker;
    held := found;
    if not held then insert into trading.workers (id, lease_until) values (p_anew, clock_timestamp() + p_length); end if;
    select coalesce(bool_or(w.id is null or w.lease_until < clock_timestamp()), false),
           format('%s %s %s %s', count(*), sum(a.version), sum(coalesce(a.equity, a.balance)), count(*) filter (where l.worker_id = p_worker))
        into has_free, seen
        from accounts.accounts a
        left join trading.lanes l on l.account_id = a.id
        left join trading.workers w on w.id = l.worker_id
        where a.deleted_at is null and a.status <> 'pending';
end $$;
