-- When the person last proved in the session who they are: at log-in, or when they were asked again.
alter table tenancy.sessions add column proven_at timestamptz;
