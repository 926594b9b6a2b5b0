create schema if not exists kernel;

-- The tenant of the current transaction. Unset reads as '' after a reset: then no row is visible.
create function kernel.current_tenant() returns uuid
    language sql stable parallel safe
    as $$ select nullif(current_setting('app.tenant', true), '')::uuid $$;

-- Puts a table with a tenant_id behind row-level security. tradeflow_app sees the tenant of its transaction; tradeflow_system, used by the
-- Worker's sweeps and by the ingest, sees all. The owner is bound too (FORCE), and reaches rows through the system policy only.
create function kernel.protect(target regclass) returns void
    language plpgsql as $$
begin
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format('create policy tenant_wall on %s to tradeflow_app using (tenant_id = (select kernel.current_tenant())) with check (tenant_id = (select kernel.current_tenant()))', target);
    execute format('create policy system_access on %s to tradeflow_system using (true) with check (true)', target);
    execute format('grant select, insert, update, delete on %s to tradeflow_app, tradeflow_system', target);
end $$;

-- Opens a schema to both roles. Tables are granted one by one.
create function kernel.open_schema(name text) returns void
    language plpgsql as $$
begin
    execute format('grant usage on schema %I to tradeflow_app, tradeflow_system', name);
end $$;

-- Makes the partitions of this month and the next two for a table that is partitioned by a timestamptz.
create function kernel.ensure_partitions(target regclass) returns void
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

select kernel.open_schema('kernel');
