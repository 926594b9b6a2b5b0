-- Begins to run a lane: from this commit on nothing is claimed in it under an earlier epoch. Tells who had it until now; nobody where it was given back.
create or replace function trading.begin_epoch(p_account uuid, p_tenant uuid, p_holder text, out begun bigint, out earlier text)
    language plpgsql as $$
begin
    insert into trading.lanes (account_id, tenant_id) values (p_account, p_tenant) on conflict do nothing;
    select l.holder into earlier from trading.lanes l where l.account_id = p_account for no key update;
    update trading.lanes l set epoch = l.epoch + 1, holder = p_holder where l.account_id = p_account returning l.epoch into begun;
end $$;
