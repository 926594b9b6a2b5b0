create schema alerts;
select kernel.open_schema('alerts');

create table alerts.webhooks_log (
    id uuid not null,
    tenant_id uuid not null,
    account_id uuid not null,
    broker text not null,
    received_at timestamptz not null,
    method text not null,
    path text not null,
    status int,
    code text,
    order_id uuid,
    duplicate_of uuid,
    replay_of uuid,
    latency_ms numeric(12, 3),
    stages jsonb,
    payload text not null,
    response jsonb,
    error text,
    checks jsonb,
    primary key (id, received_at)
) partition by range (received_at);
create index webhooks_log_by_account on alerts.webhooks_log (account_id, received_at desc);
create index webhooks_log_by_tenant on alerts.webhooks_log (tenant_id, received_at desc);
create index webhooks_log_by_order on alerts.webhooks_log (order_id);
select kernel.ensure_partitions('alerts.webhooks_log');
create table alerts.webhooks_log_other partition of alerts.webhooks_log default;
select kernel.protect('alerts.webhooks_log');

-- What makes a signal idempotent. A row that has expired is taken over by the next signal with its key.
create table alerts.dedupe (
    account_id uuid not null,
    dedupe_key text not null,
    tenant_id uuid not null,
    body_hash bytea not null,
    webhook_id uuid not null,
    order_id uuid not null,
    received_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (account_id, dedupe_key)
);
create index dedupe_by_expiry on alerts.dedupe (expires_at);
select kernel.protect('alerts.dedupe');
