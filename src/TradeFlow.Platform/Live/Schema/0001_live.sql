create schema live;
select kernel.open_schema('live');

create table live.notifications (
    id uuid primary key,
    tenant_id uuid not null,
    at timestamptz not null default now(),
    severity text not null check (severity in ('info', 'warning', 'critical')),
    kind text not null,
    text text not null,
    data jsonb,
    read_at timestamptz
);
create index notifications_by_tenant on live.notifications (tenant_id, at desc);
select kernel.protect('live.notifications');
