-- Drops the oldest partition of which every row is older than p_before. False when there is none (any more).
create or replace function kernel.drop_month(target regclass, p_before timestamptz) returns boolean
    language plpgsql security definer set search_path = pg_catalog set lock_timeout = '200ms' as $$
declare
    oldest regclass;
begin
    select m.month into oldest from kernel.months_of(target) m where m.ends <= p_before order by m.ends limit 1;
    if oldest is null then return false; end if;
    execute format('drop table %s', oldest);
    return true;
end $$;
revoke all on function kernel.drop_month from public;
grant execute on function kernel.drop_month to tradeflow_system;
