-- When a person has proven that mails to their address reach them. Those from before have not.
alter table tenancy.users add column verified_at timestamptz;

-- Links that were mailed. Who has one has the mailbox of the address that it names. Each works once.
create table tenancy.mail_tokens (
    hash bytea primary key,
    user_id uuid not null references tenancy.users (id) on delete cascade,
    purpose text not null check (purpose in ('verify', 'email', 'reset')),
    email text not null,
    normalized_email text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index mail_tokens_by_user on tenancy.mail_tokens (user_id, purpose, created_at desc);
create index mail_tokens_by_expiry on tenancy.mail_tokens (expires_at);
grant select, insert, update, delete on tenancy.mail_tokens to tradeflow_system;
