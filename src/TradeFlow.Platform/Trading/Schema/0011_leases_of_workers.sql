-- A worker has one lease for all its lanes: a row for each lane would be rewritten every second and a half, whether or not anything happens.
create table trading.workers (
    id uuid primary key,
    lease_until timestamptz not null
);
grant select, insert, update, delete on trading.workers to tradeflow_system;
-- Those that run now keep what they hold until it ends.
insert into trading.workers (id, lease_until)
    select worker_id, max(lease_until) from trading.lanes where worker_id is not null and lease_until > clock_timestamp() group by worker_id;
alter table trading.lanes drop column lease_until;
