select kernel.protect_accounts('accounts.accounts', 'id');
select kernel.protect_accounts('accounts.api_keys');
select kernel.protect_accounts('accounts.account_secrets');
select kernel.protect_accounts('accounts.symbol_map');
