create schema oauth;
select kernel.open_schema('oauth');

-- Programs that a tenant has made known. The columns from client_secret on are as OpenIddict writes them.
create table oauth.apps (
    id uuid primary key,
    tenant_id uuid not null references tenancy.tenants (id),
    created_by uuid not null,
    created_at timestamptz not null,
    -- Whether people of other tenants may let it in.
    published boolean not null,
    client_id text not null unique,
    display_name text not null,
    -- A hash: who made the app has seen the secret once.
    client_secret text,
    client_type text not null,
    application_type text not null,
    consent_type text not null,
    redirect_uris text,
    permissions text,
    requirements text,
    concurrency_token text
);
create index apps_by_tenant on oauth.apps (tenant_id, id);
select kernel.protect('oauth.apps');

-- What a person has let a program do, in one tenant: a row of type permanent is their consent, one of type ad-hoc is what came of one log-in
-- with it.
create table oauth.grants (
    id uuid primary key,
    tenant_id uuid not null references tenancy.tenants (id),
    user_id uuid not null references tenancy.users (id) on delete cascade,
    app_id uuid not null references oauth.apps (id) on delete cascade,
    created_at timestamptz not null,
    type text not null check (type in ('permanent', 'ad-hoc')),
    status text not null,
    -- The person again, as OpenIddict asks for them.
    subject text not null,
    scopes text not null,
    concurrency_token text
);
create unique index one_consent on oauth.grants (tenant_id, user_id, app_id) where type = 'permanent' and status = 'valid';
create index grants_by_person on oauth.grants (user_id, tenant_id, app_id);
create index grants_by_app on oauth.grants (app_id);
select kernel.protect('oauth.grants');

-- Codes and tokens. What opens something is not in here: the payload is encrypted, the reference is a hash.
create table oauth.tokens (
    id uuid primary key,
    tenant_id uuid not null references tenancy.tenants (id),
    app_id uuid references oauth.apps (id) on delete cascade,
    grant_id uuid references oauth.grants (id) on delete cascade,
    type text,
    status text,
    subject text,
    created_at timestamptz,
    expires_at timestamptz,
    redeemed_at timestamptz,
    reference_id text unique,
    payload text,
    properties text,
    concurrency_token text
);
create index tokens_by_grant on oauth.tokens (grant_id);
create index tokens_by_app on oauth.tokens (app_id);
create index tokens_by_end on oauth.tokens (expires_at);
select kernel.protect('oauth.tokens');

-- The trigger's own row names no tenant: a token belongs to that of its grant, and without one to that of its app.
create function oauth.set_tenant() returns trigger language plpgsql as $$
begin
    new.tenant_id := coalesce(
        (select tenant_id from oauth.grants where id = new.grant_id), (select tenant_id from oauth.apps where id = new.app_id));
    return new;
end $$;
create trigger set_tenant before insert on oauth.tokens for each row execute function oauth.set_tenant();

-- Who leaves a tenant takes their programs along: they stay out when the person is invited again.
create function oauth.end_with_membership() returns trigger language plpgsql as $$
begin
    perform oauth.end_grants(old.user_id, old.tenant_id);
    return null;
end $$;
create trigger end_grants after delete on tenancy.memberships for each row execute function oauth.end_with_membership();

create function oauth.end_with_person() returns trigger language plpgsql as $$
begin
    perform oauth.end_grants(new.id, null);
    return null;
end $$;
create trigger end_grants after update of programs_ended_at on tenancy.users for each row
    when (new.programs_ended_at is distinct from old.programs_ended_at) execute function oauth.end_with_person();

-- A browser that somebody has let a program in from, and the session that they were in: what prompt=none asks for. The cookie itself is not
-- in here.
create table oauth.browsers (
    hash bytea primary key,
    session_id uuid not null references tenancy.sessions (id) on delete cascade,
    expires_at timestamptz not null
);
create index browsers_by_session on oauth.browsers (session_id);
create index browsers_by_end on oauth.browsers (expires_at);
grant select, insert, update, delete on oauth.browsers to tradeflow_system;
