create schema accounts;
select kernel.open_schema('accounts');

create table accounts.accounts (
    id uuid primary key,
    tenant_id uuid not null references tenancy.tenants (id),
    user_id uuid not null,
    broker text not null,
    name text not null,
    login text,
    server text,
    mode text not null,
    broker_account_id text not null,
    currency text not null,
    status text not null check (status in ('pending', 'active', 'offline', 'error', 'needs_reconnect')),
    status_reason text,
    enabled boolean not null default true,
    disabled_reason text,
    multiplier numeric(12, 4) not null default 1 check (multiplier > 0),
    dedupe_seconds int not null default 20 check (dedupe_seconds between 0 and 300),
    balance numeric(20, 8),
    equity numeric(20, 8),
    last_sync timestamptz,
    -- Grows with every change that the decision on a signal reads: a replica that decides on an older version is told to read again.
    version bigint not null default 1,
    -- Grows with every emergency stop: a signal recorded before it is not sent after it.
    stop_epoch bigint not null default 0,
    created_at timestamptz not null default now(),
    deleted_at timestamptz,
    unique (tenant_id, id)
);
create index accounts_by_tenant on accounts.accounts (tenant_id) where deleted_at is null;
create unique index accounts_one_per_login on accounts.accounts (tenant_id, broker, mode, server, broker_account_id) nulls not distinct where deleted_at is null;
select kernel.protect('accounts.accounts');

create function accounts.bump_version() returns trigger language plpgsql as $$
begin
    if (new.enabled, new.dedupe_seconds, new.multiplier, new.stop_epoch, new.status, new.deleted_at, new.currency)
       is distinct from (old.enabled, old.dedupe_seconds, old.multiplier, old.stop_epoch, old.status, old.deleted_at, old.currency) then
        new.version := old.version + 1;
    end if;
    return new;
end $$;
create trigger bump_version before update on accounts.accounts for each row execute function accounts.bump_version();

create table accounts.api_keys (
    id uuid primary key,
    tenant_id uuid not null,
    account_id uuid not null,
    key_hash bytea not null unique,
    key_sealed bytea not null,
    masked text not null,
    created_at timestamptz not null default now(),
    last_used timestamptz,
    foreign key (tenant_id, account_id) references accounts.accounts (tenant_id, id) on delete cascade
);
create index api_keys_by_account on accounts.api_keys (account_id);
select kernel.protect('accounts.api_keys');

-- A key that comes or goes changes what a replica may accept.
create function accounts.bump_version_of_key() returns trigger language plpgsql as $$
begin
    update accounts.accounts set version = version + 1 where id = coalesce(new.account_id, old.account_id);
    return null;
end $$;
create trigger bump_version_of_key after insert or delete on accounts.api_keys for each row execute function accounts.bump_version_of_key();

create table accounts.account_secrets (
    account_id uuid primary key,
    tenant_id uuid not null,
    sealed bytea not null,
    schema_version int not null default 1,
    updated_at timestamptz not null default now(),
    foreign key (tenant_id, account_id) references accounts.accounts (tenant_id, id) on delete cascade
);
select kernel.protect('accounts.account_secrets');
