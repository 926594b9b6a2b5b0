-- Limits by which entries of these tenants were refused since, each once a day.
create or replace function delivery.limits_reached(
    p_tenants uuid[], p_since timestamptz[], p_codes text[], out tenant uuid, out code text, out day date, out webhook uuid, out account uuid,
    out words text) returns setof record
    language sql stable as $$
    select distinct on (w.tenant, l.code, (l.received_at at time zone 'UTC')::date)
        w.tenant, l.code, (l.received_at at time zone 'UTC')::date, l.id, l.account_id, l.error
    from unnest(p_tenants, p_since) w (tenant, since)
    join alerts.webhooks_log l on l.tenant_id = w.tenant and l.received_at > w.since and l.code = any (p_codes)
    where not exists (select from live.notifications n where n.tenant_id = w.tenant
                      and n.once = 'limit.reached:' || l.code || ':' || (l.received_at at time zone 'UTC')::date)
    order by w.tenant, l.code, (l.received_at at time zone 'UTC')::date, l.received_at
$$;
