-- When the tenant goes, once an owner has asked for it; until then it can be taken back. Its row stays as a stone without a name, which the audit log hangs on.
alter table tenancy.tenants
    add column deletes_at timestamptz,
    add column deletion_asked_by uuid,
    add column deleted_at timestamptz,
    -- When the last of its rows was gone.
    add column erased_at timestamptz;
create index tenants_leaving on tenancy.tenants (deletes_at) where deletes_at is not null and erased_at is null;
