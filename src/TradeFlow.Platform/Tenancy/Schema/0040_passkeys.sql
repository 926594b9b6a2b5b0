-- What a device proves a person with, instead of a password and a code. Public keys alone: nothing here opens anything.
create table tenancy.passkeys (
    id uuid primary key,
    user_id uuid not null references tenancy.users (id) on delete cascade,
    credential_id bytea not null unique check (length(credential_id) <= 1023),
    name text not null check (length(name) between 1 and 100),
    public_key bytea not null,
    sign_count bigint not null,
    transports text[] not null default '{}',
    is_user_verified boolean not null,
    is_backup_eligible boolean not null,
    is_backed_up boolean not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    -- When the newest ceremony began that it has finished: none that is as old is taken, so what was sent once is worth nothing when it is sent again.
    last_began_at timestamptz
);
create index passkeys_by_user on tenancy.passkeys (user_id);
grant select, insert, update, delete on tenancy.passkeys to tradeflow_system;

-- The passkey that opened the session: it is a second factor by itself, whether or not the person has codes besides.
alter table tenancy.sessions add column passkey_id uuid;
