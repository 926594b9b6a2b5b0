-- Begins the next epoch of many lanes in one commit (trading.begin_epoch); the arrays run side by side. They are taken account by account, so that two batches
-- cannot wait for each other crosswise. A lane that somebody holds on to fails the batch after p_patience (0: never): the caller goes on with each by itself.
create or replace function trading.begin_epochs(p_patience text, p_accounts uuid[], p_tenants uuid[], p_holders text[])
    returns table (place int, begun bigint, earlier text) language plpgsql as $$
begin
    perform set_config('lock_timeout', p_patience, true);
    for place in select t.i from unnest(p_accounts) with ordinality as t (account, i) order by t.account, t.i loop
        select e.begun, e.earlier into begun, earlier from trading.begin_epoch(p_accounts[place], p_tenants[place], p_holders[place]) e;
        return next;
    end loop;
end $$;
