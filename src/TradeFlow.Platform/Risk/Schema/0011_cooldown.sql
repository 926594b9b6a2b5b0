alter table risk.risk_config add column cooldown_enabled boolean not null default false;

-- Changes that let more through and wait for the tenant's next trading day. From effective_at on they are read as part of the settings; the next change of the settings takes
-- them over and removes them here.
create table risk.waiting_changes (
    tenant_id uuid not null references tenancy.tenants (id),
    -- A limit of risk_config, or the code of a rule.
    limit_name text not null,
    is_rule boolean not null,
    -- The members that change, as the settings have them; of a rule all of its settings.
    change jsonb not null,
    asked_at timestamptz not null,
    effective_at timestamptz not null,
    primary key (tenant_id, limit_name)
);
select kernel.protect('risk.waiting_changes');
