create schema outgoing;
select kernel.open_schema('outgoing');

-- What is to leave the house: written in the transaction of what it is about, sent by a Worker, and the log of its sending.
create table outgoing.messages (
    id uuid primary key,
    -- Null: it is to a person, whatever tenant they work in.
    tenant_id uuid,
    channel_id uuid,
    -- Who can send it.
    kind text not null,
    event text not null,
    -- Sealed: a mail may open a door. Gone once it has ended.
    payload bytea,
    created_at timestamptz not null,
    -- Null: it has ended.
    due_at timestamptz,
    -- It is given up a day after this.
    begins_at timestamptz not null,
    once boolean not null default false,
    attempts int not null default 0,
    ended_at timestamptz,
    delivered boolean not null default false,
    last_error text
);
create index messages_due on outgoing.messages (due_at) where due_at is not null;
create index messages_by_channel on outgoing.messages (channel_id, id desc) where channel_id is not null;
select kernel.protect('outgoing.messages');
