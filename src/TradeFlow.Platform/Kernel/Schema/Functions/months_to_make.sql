-- The month of p_now, the next two, and every earlier one of which rows lie in the default partition.
create or replace function kernel.months_to_make(target regclass, p_now timestamptz) returns setof timestamptz
    language plpgsql security definer set search_path = pg_catalog set timezone = 'UTC' as $$
declare
    this_month constant timestamptz := date_trunc('month', p_now);
    fallback regclass;
    key name;
begin
    return query select this_month + make_interval(months => n) from generate_series(0, 2) n;
    select a.attname, nullif(p.partdefid, 0)::regclass into key, fallback
        from pg_partitioned_table p join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
        where p.partrelid = target;
    if fallback is not null then
        return query execute format('select distinct date_trunc(''month'', %1$I) from %2$s where %1$I < $1', key, fallback)
            using this_month;
    end if;
end $$;
revoke all on function kernel.months_to_make from public;
grant execute on function kernel.months_to_make to tradeflow_system;
