-- Whether a broker log-in has carried entries in the trial of another tenant: those from before that tenant first paid.
create or replace function billing.trial_used(p_tenant uuid, p_broker text, p_server text, p_login text) returns boolean language sql stable as $$
    select exists (select from billing.spent_trials where login_hash = billing.login_hash(p_broker, p_server, p_login)) or exists (
        select from accounts.accounts a
        where a.broker = p_broker and a.tenant_id <> p_tenant and a.mode <> 'sim'
            and lower(btrim(a.login)) = lower(btrim(p_login)) and lower(btrim(coalesce(a.server, ''))) = lower(btrim(coalesce(p_server, '')))
            and exists (
                select from trading.orders o
                where o.account_id = a.id and o.counted_as_trade
                    and not exists (select from billing.subscriptions s where s.tenant_id = a.tenant_id and s.started_at <= o.created_at)))
$$;
