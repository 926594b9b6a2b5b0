create or replace function tenancy.refuse_change() returns trigger language plpgsql as $$
begin
    -- By tenancy.cut_audit alone: neither role has the right to delete.
    if tg_op = 'DELETE' and current_setting('tenancy.cutting', true) = 'on' then return old; end if;
    raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;
