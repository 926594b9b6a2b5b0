-- One emergency stop, as it was asked for. It is done when every account of it is flat, or was switched on again.
create table trading.emergency_stops (
    id uuid primary key,
    tenant_id uuid not null,
    -- The one account that it was for; null: all of them.
    account_id uuid,
    requested_by uuid not null,
    at timestamptz not null,
    done_at timestamptz
);
create index emergency_stops_by_tenant on trading.emergency_stops (tenant_id, at desc);
select kernel.protect('trading.emergency_stops');

-- How far the newest stop of an account is. Armed until nothing of unknown outcome is left and the broker shows the account flat: whoever holds the
-- lane carries on with it, so that no process has to outlive it. Only looked at after ten minutes ('not_flat'): a person was told.
create table trading.stopped_accounts (
    account_id uuid primary key,
    tenant_id uuid not null,
    stop_id uuid not null references trading.emergency_stops (id),
    state text not null default 'armed' check (state in ('armed', 'not_flat', 'flat', 'resumed')),
    -- The cancels and closes that it put into the lane; legs name them as their parents.
    orders uuid[] not null,
    armed_at timestamptz not null,
    next_try_at timestamptz not null,
    -- Sentences about what is not closed yet, as of the last look.
    errors text[] not null default '{}',
    settled_at timestamptz
);
create index stopped_accounts_by_stop on trading.stopped_accounts (stop_id);
select kernel.protect('trading.stopped_accounts');

-- Ends the entries that wait in the lanes, so that the closes need not queue behind them. One that is being claimed at this moment is skipped: its claim
-- reads the account after this transaction, and is refused there.
create function trading.refuse_waiting_entries(p_accounts uuid[], p_reason text) returns void
    language sql as $$
    with waiting as (
        select id from trading.orders where account_id = any(p_accounts) and status = 'PENDING' and action in ('open', 'reverse') for update skip locked),
    refused as (
        update trading.orders o set status = 'REJECTED', reject_code = 'account.stopped', reject_reason = p_reason,
                answered_at = clock_timestamp(), settled_at = clock_timestamp()
            from waiting where o.id = waiting.id returning o.*)
    insert into trading.order_events (tenant_id, order_id, kind, detail) select tenant_id, id, 'refused', '{"code": "account.stopped"}' from refused
$$;

-- What the stops of these accounts have brought about: closes that filled, what they realised, and the working orders that were canceled (a cancel
-- notes how many it was for in position_qty).
create function trading.stop_result(p_accounts uuid[], out positions_closed bigint, out pnl numeric, out orders_canceled numeric)
    language sql stable as $$
    select count(distinct (o.account_id, o.broker_position_id)) filter (where o.action <> 'cancel' and o.status = 'FILLED'),
           coalesce(sum(o.pnl) filter (where o.action <> 'cancel'), 0),
           coalesce(sum(o.position_qty) filter (where o.action = 'cancel' and o.status = 'CANCELED' and o.reject_code is null), 0)
    from trading.stopped_accounts s join trading.orders o on o.account_id = s.account_id and (o.id = any(s.orders) or o.parent_id = any(s.orders))
    where s.account_id = any(p_accounts)
$$;
