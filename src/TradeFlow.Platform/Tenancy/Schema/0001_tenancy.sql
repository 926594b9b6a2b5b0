create schema tenancy;
select kernel.open_schema('tenancy');

create table tenancy.tenants (
    id uuid primary key,
    slug text not null unique,
    name text not null,
    created_at timestamptz not null default now()
);
-- A tenant row is its own wall.
alter table tenancy.tenants enable row level security;
alter table tenancy.tenants force row level security;
create policy tenant_wall on tenancy.tenants to tradeflow_app using (id = (select kernel.current_tenant())) with check (id = (select kernel.current_tenant()));
create policy system_access on tenancy.tenants to tradeflow_system using (true) with check (true);
grant select, insert, update on tenancy.tenants to tradeflow_app, tradeflow_system;

-- People. They belong to no tenant; what they may see of each other goes through their memberships.
create table tenancy.users (
    id uuid primary key,
    email text not null check (length(email) <= 254),
    normalized_email text not null unique,
    name text not null check (length(name) between 1 and 100),
    password_hash text not null,
    security_stamp text not null,
    concurrency_stamp text,
    two_factor_enabled boolean not null default false,
    -- The last time step whose one-time code was taken: a code works once.
    totp_step bigint not null default 0,
    role text not null default 'user' check (role in ('user', 'admin')),
    default_tenant uuid references tenancy.tenants (id),
    disabled_at timestamptz,
    created_at timestamptz not null default now()
);
grant select, insert, update, delete on tenancy.users to tradeflow_system;

-- The authenticator's secret (sealed) and the recovery codes (hashed).
create table tenancy.user_tokens (
    user_id uuid not null references tenancy.users (id) on delete cascade,
    login_provider text not null,
    name text not null,
    value text,
    primary key (user_id, login_provider, name)
);
grant select, insert, update, delete on tenancy.user_tokens to tradeflow_system;

create table tenancy.memberships (
    tenant_id uuid not null references tenancy.tenants (id),
    user_id uuid not null references tenancy.users (id) on delete cascade,
    role text not null check (role in ('owner', 'trader', 'viewer')),
    created_at timestamptz not null default now(),
    primary key (tenant_id, user_id)
);
create index memberships_by_user on tenancy.memberships (user_id);
select kernel.protect('tenancy.memberships');

-- The application may name the people of its tenant, and read nothing else of them.
alter table tenancy.users enable row level security;
alter table tenancy.users force row level security;
create policy members_only on tenancy.users to tradeflow_app
    using (exists (select 1 from tenancy.memberships m where m.user_id = users.id and m.tenant_id = (select kernel.current_tenant())));
create policy system_access on tenancy.users to tradeflow_system using (true) with check (true);
grant select (id, email, name) on tenancy.users to tradeflow_app;

create table tenancy.invitations (
    id uuid primary key,
    tenant_id uuid not null references tenancy.tenants (id),
    email text not null,
    normalized_email text not null,
    role text not null check (role in ('owner', 'trader', 'viewer')),
    token_hash bytea not null unique,
    invited_by uuid not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    accepted_at timestamptz
);
create index invitations_by_tenant on tenancy.invitations (tenant_id, created_at desc);
select kernel.protect('tenancy.invitations');

-- A session is a family of refresh tokens. Log-in and the check of an access token cross tenants, so the application role stays out.
create table tenancy.sessions (
    id uuid primary key,
    tenant_id uuid not null references tenancy.tenants (id),
    user_id uuid not null references tenancy.users (id) on delete cascade,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_reason text,
    ip text,
    user_agent text
);
create index sessions_by_user on tenancy.sessions (user_id) where revoked_at is null;
create index sessions_by_expiry on tenancy.sessions (expires_at);
select kernel.protect('tenancy.sessions');
revoke all on tenancy.sessions from tradeflow_app;

create table tenancy.refresh_tokens (
    hash bytea primary key,
    session_id uuid not null references tenancy.sessions (id) on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    -- The token that took its place, sealed: a client that lost the answer gets the same one again for a few seconds.
    successor bytea
);
create index refresh_tokens_by_session on tenancy.refresh_tokens (session_id);
grant select, insert, update, delete on tenancy.refresh_tokens to tradeflow_system;

create table tenancy.signing_keys (
    kid text primary key,
    sealed bytea not null,
    created_at timestamptz not null default now()
);
grant select, insert, delete on tenancy.signing_keys to tradeflow_system;

-- Failed log-ins by a keyed hash of the e-mail, whether or not anybody has it: a lock must not tell who is a customer.
create table tenancy.sign_in_locks (
    email_key bytea primary key,
    failures int not null,
    rounds int not null default 0,
    locked_until timestamptz,
    updated_at timestamptz not null default now()
);
grant select, insert, update, delete on tenancy.sign_in_locks to tradeflow_system;

-- Counts the attempt before the password is looked at, so that attempts side by side cannot outrun the count. Success takes the row away.
create function tenancy.begin_sign_in(p_key bytea, p_allowed int, out locked_for interval, out failures_before int, out rounds_before int)
    language plpgsql as $$
declare
    state tenancy.sign_in_locks;
begin
    insert into tenancy.sign_in_locks as l (email_key, failures) values (p_key, 0)
        on conflict (email_key) do update set updated_at = now() returning l.* into state;
    failures_before := state.failures;
    rounds_before := state.rounds;
    if state.locked_until > clock_timestamp() then
        locked_for := state.locked_until - clock_timestamp();
        return;
    end if;
    if state.failures + 1 >= p_allowed then
        update tenancy.sign_in_locks set failures = 0, rounds = least(state.rounds + 1, 10),
            locked_until = clock_timestamp() + least(interval '1 minute' * power(2, state.rounds), interval '1 hour') where email_key = p_key;
    else
        update tenancy.sign_in_locks set failures = state.failures + 1, locked_until = null where email_key = p_key;
    end if;
end $$;

create table tenancy.personal_tokens (
    id uuid primary key,
    tenant_id uuid not null references tenancy.tenants (id),
    user_id uuid not null references tenancy.users (id) on delete cascade,
    name text not null,
    token_hash bytea not null unique,
    masked text not null,
    scopes text[] not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used timestamptz,
    revoked_at timestamptz
);
create index personal_tokens_by_user on tenancy.personal_tokens (tenant_id, user_id, created_at desc);
select kernel.protect('tenancy.personal_tokens');

-- Who did what. Rows are added and read, never changed: not by the application, not by the Worker, not by the owner in passing.
create table tenancy.audit_log (
    id uuid primary key,
    tenant_id uuid not null references tenancy.tenants (id),
    at timestamptz not null default now(),
    actor uuid,
    action text not null,
    subject text,
    detail jsonb
);
create index audit_log_by_tenant on tenancy.audit_log (tenant_id, at desc);
select kernel.protect('tenancy.audit_log');
revoke update, delete on tenancy.audit_log from tradeflow_app, tradeflow_system;

create function tenancy.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete on tenancy.audit_log for each row execute function tenancy.refuse_change();
create trigger append_only_truncate before truncate on tenancy.audit_log for each statement execute function tenancy.refuse_change();
