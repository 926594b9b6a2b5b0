create schema strategies;
select kernel.open_schema('strategies');

-- A source of signals with an address of its own. A public one may be followed by every tenant, a private one by its own.
create table strategies.strategies (
    id uuid primary key,
    tenant_id uuid not null references tenancy.tenants (id),
    slug text not null,
    name text not null,
    description text not null,
    symbols text[] not null default '{}',
    visibility text not null check (visibility in ('public', 'private')),
    -- What others are told of its tenant.
    publisher text not null,
    -- Grows with every new key: a signal that was let in by an old one is not recorded after that.
    version bigint not null default 1,
    signals bigint not null default 0,
    created_at timestamptz not null default now(),
    deleted_at timestamptz
);
create unique index strategies_by_slug on strategies.strategies (tenant_id, slug) where deleted_at is null;
create index strategies_public on strategies.strategies (created_at) where visibility = 'public' and deleted_at is null;
select kernel.protect('strategies.strategies');
-- Every tenant may read what is published; nobody but its own may change it. Keys stand elsewhere.
create policy published on strategies.strategies for select to tradeflow_app using (visibility = 'public' and deleted_at is null);

create table strategies.keys (
    strategy_id uuid primary key references strategies.strategies (id) on delete cascade,
    tenant_id uuid not null,
    key_hash bytea not null unique,
    key_sealed bytea not null,
    created_at timestamptz not null default now()
);
select kernel.protect('strategies.keys');

-- An account that follows a strategy. The row stays when that ends: what the account still holds of the strategy gets its exits.
create table strategies.activations (
    id uuid primary key,
    tenant_id uuid not null,
    strategy_id uuid not null references strategies.strategies (id),
    account_id uuid not null,
    -- The account's own size, in place of the signal's: qty (in the broker's unit), or a mode of sizes.
    size_mode text check (size_mode in ('qty', 'units', 'risk_percent', 'risk_money', 'equity_percent')),
    size_value numeric(20, 8) check (size_value > 0),
    multiplier numeric(12, 4) not null default 1 check (multiplier > 0),
    enabled boolean not null default true,
    -- The paper account that keeps the record of a public strategy: it is nobody's, and is not counted.
    is_record boolean not null default false,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    unique (strategy_id, account_id),
    foreign key (tenant_id, account_id) references accounts.accounts (tenant_id, id),
    check ((size_mode is null) = (size_value is null))
);
create index activations_by_tenant on strategies.activations (tenant_id, created_at);
create index activations_by_account on strategies.activations (account_id);
select kernel.protect('strategies.activations');

-- What came in under a strategy's key. The orders that it became are their tenants'.
create table strategies.signals (
    id uuid primary key,
    tenant_id uuid not null,
    strategy_id uuid not null references strategies.strategies (id),
    received_at timestamptz not null,
    -- What the sender was told; null until it is noted, and for ever when the process died in between.
    status int,
    code text,
    error text,
    dialect text,
    action text,
    symbol text,
    payload text not null,
    fan_out int not null default 0
);
create index signals_by_strategy on strategies.signals (strategy_id, received_at desc, id desc);
select kernel.protect('strategies.signals');

-- What makes a signal of a strategy idempotent, for all its accounts at once.
create table strategies.dedupe (
    strategy_id uuid not null references strategies.strategies (id),
    dedupe_key text not null,
    tenant_id uuid not null,
    body_hash bytea not null,
    signal_id uuid not null,
    received_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (strategy_id, dedupe_key)
);
create index dedupe_by_expiry on strategies.dedupe (expires_at);
select kernel.protect('strategies.dedupe');
