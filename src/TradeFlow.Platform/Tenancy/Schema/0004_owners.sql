-- A tenant always has an owner, whoever changes its members. Looked at when the transaction commits, so that one may hand the tenant over within it; the
-- tenant's row makes two who leave at the same moment come one after the other.
create function tenancy.keep_an_owner() returns trigger language plpgsql as $$
begin
    perform 1 from tenancy.tenants where id = old.tenant_id for no key update;
    if found and not exists (select 1 from tenancy.memberships where tenant_id = old.tenant_id and role = 'owner') then
        raise exception 'a tenant keeps at least one owner' using errcode = 'check_violation', constraint = 'tenant_keeps_an_owner';
    end if;
    return null;
end $$;
create constraint trigger tenant_keeps_an_owner after update or delete on tenancy.memberships deferrable initially deferred
    for each row when (old.role = 'owner') execute function tenancy.keep_an_owner();

-- Who leaves a tenant leaves their tokens for it: they stay dead when the person is invited again.
create function tenancy.end_tokens() returns trigger language plpgsql as $$
begin
    update tenancy.personal_tokens set revoked_at = now() where tenant_id = old.tenant_id and user_id = old.user_id and revoked_at is null;
    return null;
end $$;
create trigger end_tokens after delete on tenancy.memberships for each row execute function tenancy.end_tokens();
