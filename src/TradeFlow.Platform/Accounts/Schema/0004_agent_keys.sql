-- An account that a terminal reports for has two keys, one for alerts and one for the terminal: the first stands in addresses that
-- others see.
alter table accounts.api_keys add column scope text not null default 'api' check (scope in ('api', 'agent'));
drop index accounts.api_keys_by_account;
create unique index api_keys_by_account on accounts.api_keys (account_id, scope);
