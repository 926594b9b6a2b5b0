create schema connectors;
select kernel.open_schema('connectors');

-- What the Workers have loaded: the catalogue that the Api shows. Not a tenant's: every tenant sees the same brokers. Two versions of one
-- broker stand side by side while the older one drains. A row that no Worker has confirmed for a while is removed.
create table connectors.plugins (
    slug text not null,
    version text not null,
    manifest jsonb not null,
    state text not null check (state in ('Active', 'Disabled', 'NotSupported', 'Faulted', 'Draining', 'Superseded', 'Deleted')),
    reason text,
    sha256 text not null,
    folder text not null,
    seen_at timestamptz not null default now(),
    primary key (slug, folder, sha256)
);
grant select on connectors.plugins to tradeflow_app;
grant select, insert, update, delete on connectors.plugins to tradeflow_system;

-- Questions of the Api to the Worker that holds the plugins: connect, find an instrument, quote. The request may hold credentials and is sealed.
create table connectors.jobs (
    id uuid primary key,
    tenant_id uuid not null,
    account_id uuid,
    kind text not null,
    request bytea not null,
    status text not null default 'queued' check (status in ('queued', 'running', 'done', 'failed')),
    result jsonb,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    claimed_by uuid,
    claimed_at timestamptz,
    done_at timestamptz
);
create index jobs_queued on connectors.jobs (created_at) where status = 'queued';
create index jobs_by_expiry on connectors.jobs (expires_at);
alter table connectors.jobs add constraint jobs_kind check (kind ~ '^[a-z_]{1,32}$');
select kernel.protect('connectors.jobs');

create table connectors.instruments (
    account_id uuid not null,
    broker_symbol text not null,
    tenant_id uuid not null,
    symbol text not null,
    data jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (account_id, broker_symbol)
);
create index instruments_by_symbol on connectors.instruments (account_id, symbol);
select kernel.protect('connectors.instruments');

create table connectors.connector_state (
    account_id uuid not null,
    key text not null,
    tenant_id uuid not null,
    sealed bytea not null,
    updated_at timestamptz not null default now(),
    primary key (account_id, key)
);
select kernel.protect('connectors.connector_state');
