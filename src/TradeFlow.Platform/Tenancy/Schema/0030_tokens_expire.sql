-- A token that never ends outlives the program that it was made for. Those that were made without an end work for a year from their making, and for a
-- month at least from now, so that nobody is cut off unprepared.
update tenancy.personal_tokens set expires_at = greatest(created_at + interval '365 days', now() + interval '30 days') where expires_at is null;
alter table tenancy.personal_tokens alter column expires_at set not null;
-- From where it was last used: a stranger's address beside the time of use is how somebody sees that it was stolen.
alter table tenancy.personal_tokens add column last_used_address text;
