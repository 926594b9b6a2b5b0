-- Where the audit log of a tenant begins, once retention has taken its oldest rows: after the row at seq. Signed like a seal, so that rows
-- which somebody else has taken away are still told.
create table tenancy.audit_cuts (
    tenant_id uuid primary key references tenancy.tenants (id),
    seq bigint not null,
    -- Of the last row that is gone: the first that is left names it.
    hash bytea not null,
    at timestamptz not null default now(),
    signature bytea not null
);
select kernel.protect('tenancy.audit_cuts');
revoke insert, update, delete on tenancy.audit_cuts from tradeflow_app;
revoke delete on tenancy.audit_cuts from tradeflow_system;

-- Neither role may delete from the audit log. tenancy.cut_audit runs as the owner, whom forced row-level security shuts out otherwise.
do $$
declare
    book text;
begin
    foreach book in array array['tenancy.audit_log', 'tenancy.audit_seals', 'tenancy.audit_cuts'] loop
        execute format('create policy retention on %s to %I using (current_setting(''tenancy.cutting'', true) = ''on'')',
            book, current_user);
    end loop;
end $$;
