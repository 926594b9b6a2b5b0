create schema rights;
select kernel.open_schema('rights');

-- Everything that a tenant has, made into one file by a Worker. The file stands here and not on a disk: whichever replica of the Api is asked can hand it
-- out, it goes with the tenant's rows, and a backup has it.
create table rights.exports (
    id uuid primary key,
    tenant_id uuid not null references tenancy.tenants (id),
    requested_by uuid not null,
    created_at timestamptz not null,
    status text not null default 'queued' check (status in ('queued', 'running', 'done', 'failed')),
    attempts int not null default 0,
    -- The attempt that makes it, and until when nobody else may: it begins anew where its Worker has ended.
    claim uuid,
    lease_until timestamptz,
    lines_done bigint not null default 0,
    lines_all bigint,
    bytes bigint,
    done_at timestamptz,
    expires_at timestamptz
);
create unique index one_export_at_a_time on rights.exports (tenant_id) where status in ('queued', 'running');
create index exports_by_tenant on rights.exports (tenant_id, created_at desc);
create index exports_open on rights.exports (created_at) where status in ('queued', 'running');
select kernel.protect('rights.exports');

create table rights.export_parts (
    export_id uuid not null references rights.exports (id) on delete cascade,
    no int not null,
    tenant_id uuid not null,
    bytes bytea not null,
    primary key (export_id, no)
);
-- It is compressed already.
alter table rights.export_parts alter column bytes set storage external;
select kernel.protect('rights.export_parts');
