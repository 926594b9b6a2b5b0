-- Makes missing lanes, and takes those whose worker is gone or has let its lease end: its row is removed in the same commit, so that it cannot be renewed meanwhile.
-- Returns the accounts whose lanes are those of the worker now; none when its own lease is gone.
create or replace function trading.take_lanes(p_worker uuid, p_accounts uuid[], p_tenants uuid[]) returns setof uuid
    language plpgsql as $$
declare
    free uuid[];
begin
    -- Nobody removes it before this commits.
    perform 1 from trading.workers where id = p_worker for share;
    if not found then return; end if;
    insert into trading.lanes (account_id, tenant_id)
        select wanted.account_id, wanted.tenant_id from unnest(p_accounts, p_tenants) as wanted (account_id, tenant_id)
        where not exists (select 1 from trading.lanes l where l.account_id = wanted.account_id) on conflict do nothing;
    -- One that is being renewed at this moment has not ended.
    delete from trading.workers
        where id in (select id from trading.workers where id <> p_worker and lease_until < clock_timestamp() for update skip locked);
    -- Locked first and looked at again: another may have taken one since this statement began. A lane in which a signal is just being recorded is skipped.
    free := array(
        select l.account_id from trading.lanes l
        where l.account_id = any(p_accounts) and not exists (select 1 from trading.workers w where w.id = l.worker_id)
        for no key update of l skip locked);
    update trading.lanes l set worker_id = p_worker
        where l.account_id = any(free) and not exists (select 1 from trading.workers w where w.id = l.worker_id);
    return query select l.account_id from trading.lanes l where l.worker_id = p_worker and l.account_id = any(p_accounts);
end $$;
