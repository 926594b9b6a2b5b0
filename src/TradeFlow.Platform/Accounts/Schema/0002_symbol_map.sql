-- What a symbol of a signal is at the broker of one account, where the names alone do not tell. '*' stands for every symbol that has no row of its own.
create table accounts.symbol_map (
    account_id uuid not null,
    tenant_id uuid not null,
    symbol text not null,
    target text not null,
    -- Quantities of signals are multiplied by it: one NQ is ten MNQ.
    factor numeric(12, 4) not null default 1 check (factor > 0),
    primary key (account_id, symbol),
    foreign key (tenant_id, account_id) references accounts.accounts (tenant_id, id) on delete cascade
);
select kernel.protect('accounts.symbol_map');

-- A decision on a signal reads the map: a replica that has an older one is told to read again.
create function accounts.bump_version_of_symbols() returns trigger language plpgsql as $$
begin
    update accounts.accounts set version = version + 1 where id = coalesce(new.account_id, old.account_id);
    return null;
end $$;
create trigger bump_version_of_symbols after insert or update or delete on accounts.symbol_map for each row execute function accounts.bump_version_of_symbols();
