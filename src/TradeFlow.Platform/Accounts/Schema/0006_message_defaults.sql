-- What a message of another tool leaves out: how much an entry is for, and what a bare number of a stop measures.
alter table accounts.accounts
    add column default_size_mode text check (default_size_mode in ('risk_percent', 'risk_money', 'equity_percent', 'units')),
    add column default_size_value numeric(20, 8) check (default_size_value > 0),
    add column stop_unit text check (stop_unit in ('pips', 'price', 'percent')),
    add constraint accounts_default_size_whole check ((default_size_mode is null) = (default_size_value is null));
