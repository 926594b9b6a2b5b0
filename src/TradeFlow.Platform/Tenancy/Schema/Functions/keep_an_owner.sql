-- A tenant always has an owner, whoever changes its members, but for one that has gone.
create or replace function tenancy.keep_an_owner() returns trigger language plpgsql as $$
begin
    perform 1 from tenancy.tenants where id = old.tenant_id and deleted_at is null for no key update;
    if found and not exists (select 1 from tenancy.memberships where tenant_id = old.tenant_id and role = 'owner') then
        raise exception 'a tenant keeps at least one owner' using errcode = 'check_violation', constraint = 'tenant_keeps_an_owner';
    end if;
    return null;
end $$;
