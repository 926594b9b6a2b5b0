-- An account that is connected while its tenant is about to go can close positions, and not open new ones, as those that were there before.
create function accounts.leave_with_tenant() returns trigger language plpgsql as $$
begin
    new.exit_only := new.exit_only or exists (select from tenancy.tenants where id = new.tenant_id and deletes_at is not null);
    return new;
end $$;
create trigger leave_with_tenant before insert on accounts.accounts for each row execute function accounts.leave_with_tenant();
