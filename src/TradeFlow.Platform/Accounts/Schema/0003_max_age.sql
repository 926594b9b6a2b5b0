-- An entry whose alert is older by its own time is refused; null is no limit.
alter table accounts.accounts add column max_age_seconds int check (max_age_seconds between 1 and 86400);
