create schema billing;
select kernel.open_schema('billing');

create table billing.billing_status (
    tenant_id uuid primary key references tenancy.tenants (id),
    plan text not null default 'trial',
    status text not null default 'trialing',
    trial_start timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
select kernel.protect('billing.billing_status');

create table billing.usage_counters (
    tenant_id uuid primary key references tenancy.tenants (id),
    trades_count bigint not null default 0 check (trades_count >= 0)
);
select kernel.protect('billing.usage_counters');

create function billing.start_trial(p_tenant uuid) returns void language sql as $$
    insert into billing.billing_status (tenant_id) values (p_tenant) on conflict do nothing;
    insert into billing.usage_counters (tenant_id) values (p_tenant) on conflict do nothing;
$$;

-- A trade is an entry that the broker took; called once per entry, in the transaction that records its outcome.
create function billing.count_trade(p_tenant uuid) returns void language sql as $$
    update billing.usage_counters set trades_count = trades_count + 1 where tenant_id = p_tenant;
$$;
