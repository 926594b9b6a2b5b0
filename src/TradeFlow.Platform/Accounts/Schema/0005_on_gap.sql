-- What becomes of a target when the account does not hold what the strategy had before: go there all the same, or enter nothing.
alter table accounts.accounts add column on_gap text not null default 'sync' check (on_gap in ('sync', 'hold'));
