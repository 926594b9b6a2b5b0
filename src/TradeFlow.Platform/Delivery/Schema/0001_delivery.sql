create schema delivery;
select kernel.open_schema('delivery');

-- Where a person wants to be told, in one of their tenants. Who leaves the tenant is told nothing more.
create table delivery.channels (
    id uuid primary key,
    tenant_id uuid not null,
    user_id uuid not null,
    kind text not null,
    -- Sealed: an address of a webhook opens what stands behind it.
    target bytea not null,
    -- Sealed: what a generic webhook is signed with.
    secret bytea,
    enabled boolean not null,
    events text[] not null,
    quiet_from time,
    quiet_to time,
    time_zone text not null,
    created_at timestamptz not null,
    check ((quiet_from is null) = (quiet_to is null)),
    foreign key (tenant_id, user_id) references tenancy.memberships (tenant_id, user_id) on delete cascade
);
create index channels_by_person on delivery.channels (tenant_id, user_id, id);
select kernel.protect('delivery.channels');

-- Up to when an event that is found in the books was looked for, for tenants of which somebody wants to know.
create table delivery.watches (
    tenant_id uuid not null references tenancy.tenants (id),
    event text not null,
    begun_at timestamptz not null,
    seen_at timestamptz not null,
    primary key (tenant_id, event)
);
select kernel.protect('delivery.watches');
