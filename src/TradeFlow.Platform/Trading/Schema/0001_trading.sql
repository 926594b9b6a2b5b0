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
    -- The seq of that order: a leg runs in the turn of its signal, before everything that was recorded later.
    turn bigint,
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
    -- What is wrong by field of the signal, when the broker was never asked: {"intent.sl": ["…"]}.
    reject_errors jsonb,
    broker_order_id text,
    broker_position_id text,
    -- What was open when a close was sent: the evidence that an unknown close is measured against.
    position_qty numeric(28, 10),
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
    -- When a conclusive look first did not find it.
    absent_at timestamptz,
    unique (account_id, client_order_id),
    unique (account_id, seq)
);
create index orders_open on trading.orders (account_id, seq) where status in ('PENDING', 'SENDING', 'UNKNOWN');
create index orders_working on trading.orders (account_id) where status in ('WORKING', 'PARTIALLY_FILLED');
create index orders_by_tenant on trading.orders (tenant_id, created_at desc);
create index orders_by_webhook on trading.orders (webhook_id);
create index orders_by_parent on trading.orders (parent_id) where parent_id is not null;
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
    insert into trading.orders (id, tenant_id, account_id, broker, seq, webhook_id, parent_id, turn, position_id, client_order_id, action, intent,
                                symbol, side, type, qty, price, stop_epoch, created_at, valid_until)
        values (p_id, p_tenant, p_account, p_broker, taken, p_webhook, p_parent, (select coalesce(turn, seq) from trading.orders where id = p_parent),
                p_position, p_client_order_id, p_action, p_intent, p_symbol, p_side, p_type, p_qty, p_price, p_stop_epoch, p_created_at, p_valid_until);
    return taken;
end $$;

create function trading.holds_lane(p_account uuid, p_worker uuid) returns boolean language sql stable as $$
    select exists (select 1 from trading.lanes where account_id = p_account and worker_id = p_worker and lease_until > clock_timestamp())
$$;

create function trading.note(p_order trading.orders, p_kind text, p_detail jsonb default null) returns void language sql as $$
    insert into trading.order_events (tenant_id, order_id, kind, detail) values (p_order.tenant_id, p_order.id, p_kind, p_detail)
$$;

-- Claims an order and records, in the same commit, the numbers that will be sent. Nothing leaves for a broker before this has committed.
-- An entry needs more: an account that is on, no emergency stop since it was recorded, and it must not be too old. Exits always pass.
-- Answers 'claimed', 'gone' (not pending any more), 'fenced' (the lane is not ours), or the code with which the order was refused.
create function trading.claim_order(
    p_id uuid, p_worker uuid, p_entry boolean, p_broker_symbol text, p_side text, p_qty numeric, p_price numeric, p_stop_loss numeric,
    p_take_profit numeric, p_broker_position text, p_position uuid, p_position_qty numeric, p_symbol text) returns text
    language plpgsql as $$
declare
    o trading.orders;
    a record;
    code text;
    words text;
begin
    select * into o from trading.orders where id = p_id for update;
    if not found or o.status <> 'PENDING' then return 'gone'; end if;
    if not trading.holds_lane(o.account_id, p_worker) then return 'fenced'; end if;
    if p_entry then
        -- The share lock makes this check and an emergency stop take turns: after the stop's commit nothing is claimed any more.
        select enabled, disabled_reason, stop_epoch, status, status_reason, deleted_at into a from accounts.accounts where id = o.account_id for share;
        if not found or a.deleted_at is not null then
            code := 'account.deleted'; words := 'The account was removed before the order could be sent.';
        elsif not a.enabled then
            code := 'account.disabled'; words := coalesce(a.disabled_reason, 'The account is switched off.');
        elsif a.stop_epoch <> o.stop_epoch then
            code := 'account.stopped'; words := 'An emergency stop came after this signal; nothing was sent.';
        elsif a.status = 'offline' then
            code := 'broker.offline'; words := coalesce(a.status_reason, 'The trading terminal is offline.');
        elsif o.valid_until < clock_timestamp() then
            code := 'signal.expired';
            words := format('The signal is older than %s s; nothing was sent.', round(extract(epoch from o.valid_until - o.created_at)));
        end if;
        if code is not null then
            update trading.orders set status = 'REJECTED', reject_code = code, reject_reason = words, answered_at = clock_timestamp(), settled_at = clock_timestamp()
                where id = p_id;
            perform trading.note(o, 'refused', jsonb_build_object('code', code));
            return code;
        end if;
    end if;
    update trading.orders set status = 'SENDING', claimed_by = p_worker, sent_at = clock_timestamp(), broker_symbol = p_broker_symbol,
            side = coalesce(p_side, side), qty = p_qty, price = coalesce(p_price, price), stop_loss = p_stop_loss, take_profit = p_take_profit,
            broker_position_id = p_broker_position, position_id = coalesce(p_position, position_id), position_qty = p_position_qty,
            symbol = coalesce(p_symbol, symbol)
        where id = p_id;
    perform trading.note(o, 'sending', jsonb_build_object('qty', p_qty, 'price', p_price, 'stop_loss', p_stop_loss, 'take_profit', p_take_profit));
    return 'claimed';
end $$;

-- Gives a claim back when it is certain that nothing was sent under it, so that it is claimed, with every check, again.
create function trading.release_order(p_id uuid, p_worker uuid, p_why text) returns boolean
    language plpgsql as $$
declare
    o trading.orders;
begin
    update trading.orders set status = 'PENDING', claimed_by = null, sent_at = null where id = p_id and status = 'SENDING' and claimed_by = p_worker returning * into o;
    if not found then return false; end if;
    perform trading.note(o, 'released', jsonb_build_object('why', p_why));
    return true;
end $$;

-- Ends an order that was never claimed, so that nothing can have been sent.
create function trading.refuse_order(p_id uuid, p_worker uuid, p_status text, p_code text, p_reason text, p_errors jsonb) returns boolean
    language plpgsql as $$
declare
    o trading.orders;
begin
    update trading.orders set status = p_status, reject_code = p_code, reject_reason = p_reason, reject_errors = p_errors,
            answered_at = clock_timestamp(), settled_at = clock_timestamp()
        where id = p_id and status = 'PENDING' and trading.holds_lane(account_id, p_worker)
        returning * into o;
    if not found then return false; end if;
    perform trading.note(o, 'refused', jsonb_build_object('code', p_code));
    return true;
end $$;

-- Writes what is known of an order that was claimed. A settled order never changes again, what was filled never shrinks, an entry that the broker
-- took is counted as a trade once. Evidence is taken from any worker: what the broker said is true whoever heard it.
create function trading.settle_order(
    p_id uuid, p_status text, p_code text, p_reason text, p_broker_order_id text, p_broker_position text, p_filled numeric, p_avg_price numeric,
    p_pnl numeric, p_gross_pnl numeric, p_taken boolean, p_event text, p_detail jsonb) returns boolean
    language plpgsql as $$
declare
    o trading.orders;
    counts boolean;
begin
    select * into o from trading.orders where id = p_id for update;
    if not found or o.status not in ('SENDING', 'UNKNOWN', 'WORKING', 'PARTIALLY_FILLED') then return false; end if;
    if p_status = 'UNKNOWN' and o.status <> 'SENDING' then return false; end if;
    if p_status = 'WORKING' and o.status = 'PARTIALLY_FILLED' then return false; end if;
    counts := p_taken and not o.counted_as_trade and o.action in ('open', 'reverse');
    update trading.orders set
            status = p_status, reject_code = p_code, reject_reason = p_reason,
            broker_order_id = coalesce(p_broker_order_id, broker_order_id), broker_position_id = coalesce(p_broker_position, broker_position_id),
            filled_qty = greatest(filled_qty, coalesce(p_filled, 0)), avg_price = coalesce(p_avg_price, avg_price),
            pnl = coalesce(p_pnl, pnl), gross_pnl = coalesce(p_gross_pnl, gross_pnl),
            answered_at = coalesce(answered_at, clock_timestamp()),
            filled_at = case when p_status = 'FILLED' then coalesce(filled_at, clock_timestamp()) else filled_at end,
            settled_at = case when p_status in ('FILLED', 'CANCELED', 'REJECTED') then clock_timestamp() end,
            next_look_at = case when p_status = 'UNKNOWN' then clock_timestamp() + interval '500 milliseconds' end,
            needs_review = needs_review and p_status = 'UNKNOWN',
            counted_as_trade = counted_as_trade or counts
        where id = p_id;
    if counts then perform billing.count_trade(o.tenant_id); end if;
    perform trading.note(o, p_event, p_detail);
    return true;
end $$;

-- Orders that another worker had claimed and never settled. What it had to do is not known: look it up, never send again.
-- Only a cancel may run again: it opens nothing, however often it is sent.
create function trading.take_over(p_account uuid, p_worker uuid) returns setof uuid
    language plpgsql as $$
declare
    o trading.orders;
begin
    if not trading.holds_lane(p_account, p_worker) then return; end if;
    for o in select * from trading.orders where account_id = p_account and status = 'SENDING' and claimed_by <> p_worker order by seq for update loop
        update trading.orders set
                status = case when o.action = 'cancel' then 'PENDING' else 'UNKNOWN' end,
                answered_at = case when o.action = 'cancel' then null else coalesce(answered_at, clock_timestamp()) end,
                next_look_at = clock_timestamp()
            where id = o.id;
        perform trading.note(o, 'taken_over', jsonb_build_object('from', o.claimed_by));
        return next o.id;
    end loop;
end $$;
