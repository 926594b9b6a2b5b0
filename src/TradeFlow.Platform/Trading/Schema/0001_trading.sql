create schema trading;
select kernel.open_schema('trading');

-- One lane per account: signals run in the order of next_seq, by the one worker that holds the lease.
create table trading.lanes (
    account_id uuid primary key,
    tenant_id uuid not null,
    next_seq bigint not null default 1,
    worker_id uuid,
    lease_until timestamptz
);
select kernel.protect('trading.lanes');

create table trading.orders (
    id uuid primary key,
    tenant_id uuid not null,
    account_id uuid not null,
    broker text not null,
    seq bigint not null,
    webhook_id uuid,
    -- The order that this one was made for: the close legs of a flatten or reverse name the order of the signal.
    parent_id uuid references trading.orders (id),
    position_id uuid,
    client_order_id text not null,
    action text not null check (action in ('open', 'close', 'reverse', 'flatten', 'cancel', 'modify')),
    intent jsonb not null,
    symbol text not null,
    broker_symbol text,
    side text check (side in ('BUY', 'SELL')),
    type text not null check (type in ('MARKET', 'LIMIT', 'STOP')),
    qty numeric(28, 10),
    price numeric(28, 10),
    stop_loss numeric(28, 10),
    take_profit numeric(28, 10),
    status text not null default 'PENDING'
        check (status in ('PENDING', 'SENDING', 'WORKING', 'FILLED', 'PARTIALLY_FILLED', 'CANCELED', 'REJECTED', 'UNKNOWN')),
    reject_code text,
    reject_reason text,
    broker_order_id text,
    broker_position_id text,
    filled_qty numeric(28, 10) not null default 0,
    avg_price numeric(28, 10),
    pnl numeric(20, 8),
    gross_pnl numeric(20, 8),
    needs_review boolean not null default false,
    stop_epoch bigint not null default 0,
    valid_until timestamptz not null,
    -- The lane's worker and lease at the moment of the claim: a worker that lost its lease does not send.
    claimed_by uuid,
    counted_as_trade boolean not null default false,
    created_at timestamptz not null,
    sent_at timestamptz,
    answered_at timestamptz,
    filled_at timestamptz,
    settled_at timestamptz,
    next_look_at timestamptz,
    looks int not null default 0,
    unique (account_id, client_order_id),
    unique (account_id, seq)
);
create index orders_open on trading.orders (account_id, seq) where status in ('PENDING', 'SENDING', 'UNKNOWN');
create index orders_working on trading.orders (account_id) where status in ('WORKING', 'PARTIALLY_FILLED');
create index orders_by_tenant on trading.orders (tenant_id, created_at desc);
create index orders_by_webhook on trading.orders (webhook_id);
create index orders_by_broker_id on trading.orders (account_id, broker_order_id);
select kernel.protect('trading.orders');

create table trading.order_events (
    id bigint generated always as identity,
    tenant_id uuid not null,
    order_id uuid not null,
    at timestamptz not null default now(),
    kind text not null,
    detail jsonb,
    primary key (id, at)
) partition by range (at);
create index order_events_by_order on trading.order_events (order_id, at);
select kernel.ensure_partitions('trading.order_events');
create table trading.order_events_other partition of trading.order_events default;
select kernel.protect('trading.order_events');

create table trading.fills (
    tenant_id uuid not null,
    account_id uuid not null,
    broker_fill_id text not null,
    order_id uuid,
    broker_order_id text,
    broker_position_id text,
    symbol text not null,
    side text not null,
    qty numeric(28, 10) not null,
    price numeric(28, 10) not null,
    fees numeric(20, 8) not null default 0,
    pnl numeric(20, 8),
    at timestamptz not null,
    primary key (account_id, broker_fill_id)
);
create index fills_by_order on trading.fills (order_id);
select kernel.protect('trading.fills');

create table trading.positions (
    id uuid primary key,
    tenant_id uuid not null,
    account_id uuid not null,
    broker text not null,
    broker_position_id text not null,
    symbol text not null,
    broker_symbol text not null,
    side text not null check (side in ('BUY', 'SELL')),
    qty numeric(28, 10) not null,
    avg_price numeric(28, 10) not null,
    current_price numeric(28, 10),
    pnl numeric(20, 8),
    pnl_percent numeric(20, 8),
    stop_loss numeric(28, 10),
    take_profit numeric(28, 10),
    status text not null default 'OPEN' check (status in ('OPEN', 'CLOSED')),
    opened_at timestamptz not null,
    closed_at timestamptz,
    realized_pnl numeric(20, 8),
    -- 'signal' when one of our orders opened it, 'external' when it appeared at the broker.
    origin text not null default 'signal',
    updated_at timestamptz not null
);
create unique index positions_open on trading.positions (account_id, broker_position_id) where status = 'OPEN';
create index positions_by_tenant on trading.positions (tenant_id, status, opened_at desc);
select kernel.protect('trading.positions');

-- Puts one order into the lane of its account. The lane's row lock is held until commit, so that the order of seq is the order of commits.
create function trading.enqueue_order(
    p_id uuid, p_tenant uuid, p_account uuid, p_broker text, p_webhook uuid, p_parent uuid, p_position uuid, p_client_order_id text,
    p_action text, p_intent jsonb, p_symbol text, p_side text, p_type text, p_qty numeric, p_price numeric,
    p_stop_epoch bigint, p_created_at timestamptz, p_valid_until timestamptz) returns bigint
    language plpgsql as $$
declare
    taken bigint;
begin
    insert into trading.lanes (account_id, tenant_id, next_seq) values (p_account, p_tenant, 2)
        on conflict (account_id) do update set next_seq = trading.lanes.next_seq + 1
        returning next_seq - 1 into taken;
    insert into trading.orders (id, tenant_id, account_id, broker, seq, webhook_id, parent_id, position_id, client_order_id, action, intent,
                                symbol, side, type, qty, price, stop_epoch, created_at, valid_until)
        values (p_id, p_tenant, p_account, p_broker, taken, p_webhook, p_parent, p_position, p_client_order_id, p_action, p_intent,
                p_symbol, p_side, p_type, p_qty, p_price, p_stop_epoch, p_created_at, p_valid_until);
    return taken;
end $$;
