-- Takes away rows of a tenant's audit log that lie before its cut, at most p_most, and at last the seals of such rows.
-- Answers how many rows; 0: none is left.
create or replace function tenancy.cut_audit(p_tenant uuid, p_most int) returns bigint
    language plpgsql security definer set search_path = pg_catalog as $$
declare
    upto bigint;
    gone bigint;
begin
    perform set_config('tenancy.cutting', 'on', true);
    select seq into upto from tenancy.audit_cuts where tenant_id = p_tenant;
    delete from tenancy.audit_log where tenant_id = p_tenant and id in (
        select id from tenancy.audit_log where tenant_id = p_tenant and seq <= upto order by seq limit p_most);
    get diagnostics gone = row_count;
    if gone = 0 then delete from tenancy.audit_seals where tenant_id = p_tenant and seq < upto; end if;
    perform set_config('tenancy.cutting', 'off', true);
    return gone;
end $$;
revoke all on function tenancy.cut_audit from public;
grant execute on function tenancy.cut_audit to tradeflow_system;
