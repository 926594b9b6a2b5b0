-- The keys that secrets are sealed with, each sealed itself by a master key, which is never here.
create table kernel.data_keys (
    key_id uuid primary key,
    -- Zeros: of no tenant, the platform's own.
    tenant_id uuid not null,
    -- seal: for secrets of that tenant. root: what peppers and signatures are derived from; there is one.
    purpose text not null check (purpose in ('seal', 'root')),
    -- Which master key opens it.
    master_key_id text,
    -- Null of a root: no process has filled it yet. Null of another one: it was destroyed, and what it had sealed with it.
    sealed bytea,
    -- Of the root: it is the master key of the time before this table, so that what was derived from that stays what it is.
    from_master boolean not null default false,
    created_at timestamptz not null default now(),
    unique (tenant_id, purpose),
    check ((sealed is null) = (master_key_id is null))
);
select kernel.protect('kernel.data_keys');
-- Not even a tenant's own: nothing that is bound to a tenant has to do with keys.
revoke all on kernel.data_keys from tradeflow_app;

-- Modules come after the kernel: where one has tables already, there are data.
insert into kernel.data_keys (key_id, tenant_id, purpose, from_master)
values (gen_random_uuid(), '00000000-0000-0000-0000-000000000000', 'root', to_regclass('tenancy.users') is not null);
