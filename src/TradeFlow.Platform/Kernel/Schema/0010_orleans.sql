-- What the AdoNet provider of Orleans asks of a database: a table OrleansQuery, found by the search path, with a statement for each of its keys. It knows nothing else of
-- the schema: names of parameters and of the columns that it reads back are its own, tables and statements are ours.
create schema orleans;
select kernel.open_schema('orleans');

-- One row for each cluster. Whoever changes its members moves the version on, from the one that he has read: two who do so at once are told apart by it.
create table orleans.clusters (
    id text primary key,
    version int not null default 0
);

create table orleans.members (
    cluster_id text not null references orleans.clusters (id) on delete cascade,
    address text not null,
    port int not null,
    -- When the process began: another one on the same port is another member.
    generation int not null,
    name text not null,
    host text not null,
    -- 1 created, 2 joining, 3 active, 4 shutting down, 5 stopping, 6 dead.
    status int not null,
    gateway_port int not null,
    suspected text,
    started_at timestamptz not null,
    alive_at timestamptz not null,
    primary key (cluster_id, address, port, generation)
);

create table orleans.orleansquery (
    querykey text primary key,
    querytext text not null
);

-- The Workers are members. The Api looks for them, and changes nothing.
grant select, insert, update, delete on orleans.clusters, orleans.members to tradeflow_system;
grant select on orleans.members to tradeflow_app;
-- Its rows are statements that others run.
grant select on orleans.orleansquery to tradeflow_app, tradeflow_system;

insert into orleans.orleansquery (querykey, querytext) values
('GatewaysQueryKey', $q$
    select m.address as Address, m.gateway_port as ProxyPort, m.generation as Generation
    from orleans.members m where m.cluster_id = @DeploymentId and m.status = @Status and m.gateway_port > 0
$q$),
-- The version comes also where there is no member.
('MembershipReadAllKey', $q$
    select c.version as Version, m.address as Address, m.port as Port, m.generation as Generation, m.name as SiloName, m.host as HostName,
           m.status as Status, m.gateway_port as ProxyPort, m.suspected as SuspectTimes, m.started_at as StartTime, m.alive_at as IAmAliveTime
    from orleans.clusters c left join orleans.members m on m.cluster_id = c.id
    where c.id = @DeploymentId
$q$),
('MembershipReadRowKey', $q$
    select c.version as Version, m.address as Address, m.port as Port, m.generation as Generation, m.name as SiloName, m.host as HostName,
           m.status as Status, m.gateway_port as ProxyPort, m.suspected as SuspectTimes, m.started_at as StartTime, m.alive_at as IAmAliveTime
    from orleans.clusters c
    left join orleans.members m on m.cluster_id = c.id and m.address = @Address and m.port = @Port and m.generation = @Generation
    where c.id = @DeploymentId
$q$),
('InsertMembershipVersionKey', $q$
    with added as (insert into orleans.clusters (id) values (@DeploymentId) on conflict do nothing returning 1)
    select count(*) = 1 from added
$q$),
('InsertMembershipKey', $q$
    with moved as (
        update orleans.clusters c set version = c.version + 1
        where c.id = @DeploymentId and c.version = @Version and not exists (
            select from orleans.members m
            where m.cluster_id = c.id and m.address = @Address and m.port = @Port and m.generation = @Generation)
        returning c.id),
    added as (
        insert into orleans.members (cluster_id, address, port, generation, name, host, status, gateway_port, started_at, alive_at)
        select moved.id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime from moved
        returning 1)
    select count(*) = 1 from added
$q$),
('UpdateMembershipKey', $q$
    with moved as (
        update orleans.clusters c set version = c.version + 1
        where c.id = @DeploymentId and c.version = @Version and exists (
            select from orleans.members m
            where m.cluster_id = c.id and m.address = @Address and m.port = @Port and m.generation = @Generation)
        returning c.id),
    changed as (
        update orleans.members m set status = @Status, suspected = @SuspectTimes, alive_at = @IAmAliveTime
        from moved where m.cluster_id = moved.id and m.address = @Address and m.port = @Port and m.generation = @Generation
        returning 1)
    select count(*) = 1 from changed
$q$),
('UpdateIAmAlivetimeKey', $q$
    update orleans.members set alive_at = @IAmAliveTime
    where cluster_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation
$q$),
('DeleteMembershipTableEntriesKey', $q$
    delete from orleans.clusters where id = @DeploymentId
$q$),
('CleanupDefunctSiloEntriesKey', $q$
    delete from orleans.members where cluster_id = @DeploymentId and status = 6 and alive_at < @IAmAliveTime
$q$),
-- One that has told of itself since it was read stays.
('CleanupDefunctSiloEntryKey', $q$
    delete from orleans.members
    where cluster_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation and status = 6
      and started_at = @StartTime and alive_at = @IAmAliveTime and suspected is not distinct from @SuspectTimes
$q$);
