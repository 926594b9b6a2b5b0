-- Since when it serves: an administrator sees which Worker has just begun.
alter table trading.workers add column started_at timestamptz not null default clock_timestamp();
