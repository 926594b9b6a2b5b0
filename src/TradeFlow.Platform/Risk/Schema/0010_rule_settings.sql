-- The settings that a rule has of its own, by its code. No row: the defaults of its form.
create table risk.rule_settings (
    tenant_id uuid not null references tenancy.tenants (id),
    code text not null,
    settings jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, code)
);
select kernel.protect('risk.rule_settings');
