-- We have told Stripe to end it, because its tenant is about to go: taken back with that, while what the customer ended by themselves stays ended.
alter table billing.subscriptions add column ended_by_deletion boolean not null default false;

-- A broker log-in, as it can be recognised again and not read.
create function billing.login_hash(p_broker text, p_server text, p_login text) returns bytea language sql immutable as $$
    select sha256(convert_to(concat_ws(E'\n', 'trial', p_broker, lower(btrim(coalesce(p_server, ''))), lower(btrim(p_login))), 'UTF8'))
$$;

-- Log-ins whose trial was had by a tenant that is gone: its rows no longer tell it.
create table billing.spent_trials (
    login_hash bytea primary key,
    at timestamptz not null default now()
);
grant select on billing.spent_trials to tradeflow_app;
grant select, insert on billing.spent_trials to tradeflow_system;
