-- What a terminal tells, by how often it changes: the report (each time), the prices (each time, some of them), the rules of its symbols (hardly ever).
alter table connectors.agent_reports
    drop column symbols,
    -- By symbol: bid, ask, value of a tick, and when it was told, in milliseconds since 1970.
    add column quotes jsonb not null default '{}';

-- Not logged either: the next report brings it again.
create unlogged table connectors.agent_symbols (
    account_id uuid primary key,
    tenant_id uuid not null,
    symbols jsonb not null,
    -- Of the list as it was told last: the same list again is no news.
    digest bigint not null,
    seen_at timestamptz not null
);
-- It may be a megabyte, and is read as often as it is written: compressing it costs more than it saves.
alter table connectors.agent_symbols alter column symbols set storage external;
select kernel.protect('connectors.agent_symbols');

alter table connectors.agents
    -- The key that the terminal reports with; null until one was made.
    add column key_id uuid,
    -- The instances that have held the account, the newest last: one that is not among them is news to the owner.
    add column instances text[] not null default '{}',
    -- When such a one took the account over; null once the owner was told.
    add column taken_over_at timestamptz;
create index agents_taken_over on connectors.agents (account_id) where taken_over_at is not null;
