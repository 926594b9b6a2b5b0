-- Counts a log-in at a broker before it is tried, so that attempts side by side cannot outrun the count. Whoever has succeeded takes the row
-- away again.
-- wait: null when it may be tried, else how long not. is_open: one of those that hold it back is under way, and may succeed and make room.
--
-- A tenant has p_a_minute attempts a minute in all. A login has as many, for all tenants together who have no account behind it. Those who
-- have one are not held back by strangers: their own attempts alone count. And of the strangers' attempts one a minute is kept for a tenant
-- who has not tried this login for ten minutes, so that a single stranger cannot keep everybody else from connecting it.
create or replace function connectors.take_log_in(
    p_id uuid, p_tenant uuid, p_login bytea, p_is_holder boolean, p_a_minute int, out wait interval, out is_open boolean)
    language plpgsql as $$
declare
    minute constant interval := '1 minute';
    taken_at timestamptz;
    is_first boolean := false;
begin
    -- One after the other, of a tenant and of a login; in this order, so that no two wait for each other.
    perform pg_advisory_xact_lock(hashtextextended('log-in of tenant ' || p_tenant, 0));
    if p_login is not null then perform pg_advisory_xact_lock(hashtextextended('log-in ' || encode(p_login, 'hex'), 0)); end if;
    taken_at := clock_timestamp();
    is_open := exists (
        select from connectors.log_in_attempts a
        where (a.tenant_id = p_tenant or (a.login = p_login and not a.is_holder)) and a.ended_at is null and a.at > taken_at - interval '30 seconds');

    -- The attempt that has to grow old first.
    select a.at + minute - taken_at into wait from connectors.log_in_attempts a
        where a.tenant_id = p_tenant and a.at > taken_at - minute order by a.at desc offset p_a_minute - 1 limit 1;
    if found then return; end if;

    if p_login is not null and not p_is_holder then
        is_first := not exists (
                select from connectors.log_in_attempts a where a.login = p_login and a.tenant_id = p_tenant and a.at > taken_at - 10 * minute)
            and not exists (select from connectors.log_in_attempts a where a.login = p_login and a.is_first and a.at > taken_at - minute);
        if not is_first then
            select a.at + minute - taken_at into wait from connectors.log_in_attempts a
                where a.login = p_login and not a.is_holder and not a.is_first and a.at > taken_at - minute
                order by a.at desc offset greatest(p_a_minute - 2, 0) limit 1;
            if found then return; end if;
        end if;
    end if;
    insert into connectors.log_in_attempts (id, tenant_id, login, at, is_holder, is_first)
        values (p_id, p_tenant, p_login, taken_at, p_is_holder, is_first);
end $$;
