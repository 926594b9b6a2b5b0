-- Log-ins at brokers of the last minutes that have not succeeded, or not yet. Not logged: after a crash of PostgreSQL everybody has their
-- attempts again.
create unlogged table connectors.log_in_attempts (
    id uuid primary key,
    tenant_id uuid not null,
    -- A keyed hash of broker, login and server; null where the broker's form has no login.
    login bytea,
    at timestamptz not null,
    -- Null while the broker has not answered.
    ended_at timestamptz,
    -- The tenant has an account behind this login.
    is_holder boolean not null,
    -- In the place that is kept for tenants who have not tried this login before.
    is_first boolean not null
);
create index log_in_attempts_by_tenant on connectors.log_in_attempts (tenant_id, at);
create index log_in_attempts_by_login on connectors.log_in_attempts (login, at);
select kernel.protect('connectors.log_in_attempts');
