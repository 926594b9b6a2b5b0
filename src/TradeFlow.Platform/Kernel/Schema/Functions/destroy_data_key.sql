-- What was sealed for this tenant is unreadable from now on, here and in every backup that is made from now on. The row stays, so that no new
-- key is made for a tenant that goes. For the system role.
create or replace function kernel.destroy_data_key(p_tenant uuid) returns void
    language sql as $$
    insert into kernel.data_keys (key_id, tenant_id, purpose)
    select gen_random_uuid(), p_tenant, 'seal' where p_tenant <> '00000000-0000-0000-0000-000000000000'
    on conflict (tenant_id, purpose) do update set sealed = null, master_key_id = null
$$;
