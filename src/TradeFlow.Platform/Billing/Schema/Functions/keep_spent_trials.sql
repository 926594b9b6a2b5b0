-- Remembers the broker log-ins of a tenant that goes which have had its trial, by their hash alone (see trial_used).
create or replace function billing.keep_spent_trials(p_tenant uuid) returns void language sql as $$
    insert into billing.spent_trials (login_hash)
    select distinct billing.login_hash(a.broker, a.server, a.login) from accounts.accounts a
    where a.tenant_id = p_tenant and a.login is not null and a.broker <> 'paper' and a.mode <> 'sim'
        and exists (
            select from trading.orders o
            where o.account_id = a.id and o.counted_as_trade
                and not exists (select from billing.subscriptions s where s.tenant_id = p_tenant and s.started_at <= o.created_at))
    on conflict do nothing
$$;
