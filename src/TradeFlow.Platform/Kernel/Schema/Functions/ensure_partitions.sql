-- Makes the partitions of this month and the next two for a table that is partitioned by a timestamptz.
create or replace function kernel.ensure_partitions(target regclass) returns void
    language plpgsql security definer set search_path = pg_catalog as $$
declare
    start timestamptz;
    part text;
begin
    for offset_months in 0..2 loop
        start := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + make_interval(months => offset_months);
        part := format('%s_%s', split_part(target::text, '.', 2), to_char(start at time zone 'UTC', 'YYYYMM'));
        execute format('create table if not exists %I.%I partition of %s for values from (%L) to (%L)',
            split_part(target::text, '.', 1), part, target, start, (start at time zone 'UTC' + interval '1 month') at time zone 'UTC');
    end loop;
end $$;
