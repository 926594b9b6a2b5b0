-- A lane has an epoch instead of a lease: whoever begins to run it raises the epoch, and an order is claimed under the epoch of its lane or not at all. Who has begun at the
-- same time, or was taken for dead and is not, is refused with the epoch that he knows.
alter table trading.lanes
    add column epoch bigint not null default 0,
    -- Who runs it, until he gives it back.
    add column holder text,
    drop column worker_id;
create index lanes_by_holder on trading.lanes (holder);
-- Under which epoch it was claimed; unset before that.
alter table trading.orders
    add column epoch bigint,
    drop column claimed_by;
drop function if exists trading.renew_worker, trading.take_lanes;
drop table trading.workers;
