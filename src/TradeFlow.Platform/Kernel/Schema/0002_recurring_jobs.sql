-- What recurring jobs have done: a Worker that takes over knows when each is due, and an operator sees which one is late.
create table kernel.recurring_jobs (
    name text primary key,
    -- When it last began, of the runs that ended well. Null: none yet.
    ran_at timestamptz,
    took interval,
    -- Rows, or parts, of that run.
    done bigint,
    -- How far it has come, where it goes on from where it was.
    mark timestamptz
);
grant select, insert, update, delete on kernel.recurring_jobs to tradeflow_system;
