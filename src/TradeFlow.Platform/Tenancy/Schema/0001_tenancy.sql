create schema tenancy;
select kernel.open_schema('tenancy');

create table tenancy.tenants (
    id uuid primary key,
    slug text not null unique,
    name text not null,
    created_at timestamptz not null default now()
);
-- A tenant row is its own wall.
alter table tenancy.tenants enable row level security;
alter table tenancy.tenants force row level security;
create policy tenant_wall on tenancy.tenants to tradeflow_app using (id = (select kernel.current_tenant())) with check (id = (select kernel.current_tenant()));
create policy system_access on tenancy.tenants to tradeflow_system using (true) with check (true);
grant select, insert, update on tenancy.tenants to tradeflow_app, tradeflow_system;
