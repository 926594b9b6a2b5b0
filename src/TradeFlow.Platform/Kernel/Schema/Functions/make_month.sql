-- Makes the partition of the month that begins at p_month. True once it reaches to the month's end. Rows of the month that lie in the
-- default partition are moved into it, the oldest p_most of them in one call: the partition then reaches to the first that is left, so that
-- every row is seen at any time, and the call is to be repeated, in a transaction of its own. It waits for nobody longer than 200 ms, as
-- others would have to wait behind it.
create or replace function kernel.make_month(target regclass, p_month timestamptz, p_most int) returns boolean
    language plpgsql security definer set search_path = pg_catalog set timezone = 'UTC' set lock_timeout = '200ms' as $$
declare
    home constant text := split_part(target::text, '.', 1);
    part constant text := format('%s_%s', split_part(target::text, '.', 2), to_char(p_month, 'YYYYMM'));
    month_end constant timestamptz := p_month + interval '1 month';
    fallback regclass;
    key name;
    reached timestamptz;
    upto timestamptz;
    waiting int := 0;
begin
    select a.attname, nullif(p.partdefid, 0)::regclass into strict key, fallback
        from pg_partitioned_table p join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
        where p.partrelid = target and p.partstrat = 'r' and p.partnatts = 1 and a.atttypid = 'timestamptz'::regtype;
    -- Where the call before this one has stopped.
    select m.ends into reached from kernel.months_of(target) m where m.month = to_regclass(format('%I.%I', home, part));
    if reached >= month_end then return true; end if;

    if fallback is not null then
        execute format('select max(%1$I), count(*)
                from (select %1$I from %2$s where %1$I >= $1 and %1$I < $2 order by %1$I limit $3 + 1) first', key, fallback)
            into upto, waiting using coalesce(reached, p_month), month_end, p_most;
    end if;
    -- Rows of one and the same time go together, however many there are.
    upto := case when waiting > p_most then greatest(upto, coalesce(reached, p_month) + interval '1 microsecond') else month_end end;

    if waiting > 0 or reached is not null then execute format('lock table %s in access exclusive mode', target); end if;
    if reached is not null then execute format('alter table %s detach partition %I.%I', target, home, part);
    else execute format('create table %I.%I (like %s including defaults including constraints including storage)', home, part, target);
    end if;
    if waiting > 0 then
        execute format('with moved as (delete from %1$s where %2$I >= $1 and %2$I < $2 returning *)
                insert into %3$I.%4$I select * from moved', fallback, key, home, part)
            using coalesce(reached, p_month), upto;
    end if;
    execute format('alter table %s attach partition %I.%I for values from (%L) to (%L)', target, home, part, p_month, upto);
    return upto = month_end;
end $$;
revoke all on function kernel.make_month from public;
grant execute on function kernel.make_month to tradeflow_system;
