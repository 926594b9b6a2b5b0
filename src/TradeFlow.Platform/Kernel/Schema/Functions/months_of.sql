-- The partitions of a table that is partitioned by time, but for the default one.
create or replace function kernel.months_of(target regclass) returns table (month regclass, begins timestamptz, ends timestamptz)
    language sql stable set timezone = 'UTC' as $$
    select c.oid::regclass, substring(b.bound from 'FROM \(''(.+?)''\)')::timestamptz,
        substring(b.bound from 'TO \(''(.+?)''\)')::timestamptz
    from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
    cross join lateral pg_catalog.pg_get_expr(c.relpartbound, c.oid) b (bound)
    where i.inhparent = target and b.bound <> 'DEFAULT'
$$;
