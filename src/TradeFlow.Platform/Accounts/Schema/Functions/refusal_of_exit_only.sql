-- What an entry on an account that may only close is told.
create or replace function accounts.refusal_of_exit_only(p_tenant uuid) returns jsonb language plpgsql stable as $$
declare
    leaves timestamptz;
begin
    select deletes_at into leaves from tenancy.tenants where id = p_tenant;
    if leaves is null then return accounts.exit_only_refusal(); end if;
    return jsonb_build_object('status', 403, 'code', 'tenant.deleting', 'error', format(
        'This workspace is deleted on %s UTC: its accounts can close positions, but not open new ones. An owner can take that back in Settings.',
        to_char(leaves at time zone 'UTC', 'YYYY-MM-DD HH24:MI')));
end $$;
