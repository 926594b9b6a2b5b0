-- With which the senders of an account sign their messages. No row: the key alone opens.
create table accounts.signing_secrets (
    account_id uuid primary key,
    tenant_id uuid not null,
    sealed bytea not null,
    made_at timestamptz not null,
    -- The one before, as long as it is taken too.
    old_sealed bytea,
    old_until timestamptz,
    foreign key (tenant_id, account_id) references accounts.accounts (tenant_id, id) on delete cascade
);
select kernel.protect('accounts.signing_secrets');
select kernel.protect_accounts('accounts.signing_secrets');

-- A secret that comes, changes or goes changes what a replica may accept.
create trigger bump_version_of_key after insert or update or delete on accounts.signing_secrets for each row execute function accounts.bump_version_of_key();
