-- When the session has proven a second factor: at log-in, or when the person turned it on in it.
alter table tenancy.sessions add column second_factor_at timestamptz;

-- Tries are counted by more than the e-mail: by known device and by session too, and codes apart from passwords.
alter table tenancy.sign_in_locks rename column email_key to key;

-- Addresses compare in the form in which they are unique.
grant select (normalized_email) on tenancy.users to tradeflow_app;
