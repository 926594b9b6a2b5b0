create schema risk;
select kernel.open_schema('risk');

-- The limits of a tenant. No row: enabled, and no limit at all.
create table risk.risk_config (
    tenant_id uuid primary key references tenancy.tenants (id),
    enabled boolean not null default true,
    risk_mode text not null default 'standard',
    max_daily_loss numeric(20, 8) check (max_daily_loss >= 0),
    max_trades_per_day int check (max_trades_per_day >= 0),
    max_open_trades int check (max_open_trades >= 0),
    denied_instruments text[] not null default '{}',
    trading_hours_enabled boolean not null default false,
    trading_hours_start time not null default '09:30',
    trading_hours_end time not null default '16:00',
    trading_hours_timezone text not null default 'UTC',
    -- Null: every day.
    trading_hours_days text[],
    day_reset_time time not null default '00:00',
    news_lockout_enabled boolean not null default false,
    -- The day that was running when zone or reset time last changed: it goes on until the new ones begin a day, so that no change empties today's counters.
    held_day_start timestamptz,
    day_changed_at timestamptz,
    updated_at timestamptz not null default now()
);
select kernel.protect('risk.risk_config');

-- The economic calendar is one for all.
create table risk.calendar_sources (
    source text primary key,
    fetched_at timestamptz not null,
    covers_from timestamptz not null,
    covers_to timestamptz not null,
    -- False: what is not in it may happen all the same.
    complete boolean not null,
    -- Where the feed was read from, and what it said of its version.
    address text,
    etag text,
    -- Why the last attempt to read it failed; null when it did not.
    problem text,
    tried_at timestamptz not null
);
grant select on risk.calendar_sources to tradeflow_app;
grant select, insert, update, delete on risk.calendar_sources to tradeflow_system;

create table risk.calendar_events (
    source text not null,
    id text not null,
    title text not null,
    -- A currency code, or All.
    currency text not null,
    impact text not null check (impact in ('high', 'medium', 'low', 'holiday')),
    at timestamptz not null,
    all_day boolean not null default false,
    forecast text,
    previous text,
    primary key (source, id)
);
create index calendar_events_by_time on risk.calendar_events (at);
grant select on risk.calendar_events to tradeflow_app;
grant select, insert, update, delete on risk.calendar_events to tradeflow_system;

-- Whoever counts for an entry holds the tenant's turn until the entry is committed: the next one counts it. The counts are taken from the orders themselves, so
-- that nothing has to be given back when an order ends, whichever way it ends. Taken before any lane of the tenant, tenant by tenant in one order.
create function risk.take_turn(p_tenant uuid) returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('risk.entry ' || p_tenant, 0));
end $$;

-- What the rules count. An entry of unknown outcome counts until it is known; one that was refused, or rejected, never does.
create function risk.measure(p_measure text, p_tenant uuid, p_since timestamptz, p_currency text) returns numeric
    language plpgsql as $$
declare
    result numeric;
begin
    case p_measure
    when 'trades_ever' then
        select coalesce((select trades_count from billing.usage_counters where tenant_id = p_tenant), 0) + count(*) into result
        from trading.orders where tenant_id = p_tenant and action in ('open', 'reverse') and not counted_as_trade and status in ('PENDING', 'SENDING', 'UNKNOWN');
    when 'trades_of_day' then
        select count(*) into result
        from trading.orders where tenant_id = p_tenant and action in ('open', 'reverse') and created_at >= p_since
            and (counted_as_trade or status in ('PENDING', 'SENDING', 'UNKNOWN'));
    when 'open_positions' then
        -- What the brokers show, and each entry that may become a position: on its way, working, or filled a moment ago and not shown yet.
        select (select count(*) from trading.positions where tenant_id = p_tenant and status = 'OPEN') + count(*) into result
        from trading.orders o where o.tenant_id = p_tenant and o.action in ('open', 'reverse')
            and (o.status in ('PENDING', 'SENDING', 'UNKNOWN', 'WORKING')
                 or ((o.status = 'PARTIALLY_FILLED' or (o.status = 'FILLED' and o.settled_at > clock_timestamp() - interval '60 seconds'))
                     and not exists (
                        select 1 from trading.positions p where p.account_id = o.account_id
                            and case when o.broker_position_id is null then p.side = o.side and p.broker_symbol = o.broker_symbol and p.opened_at >= o.sent_at - interval '30 seconds'
                                else p.broker_position_id = o.broker_position_id end)));
    when 'loss_of_day' then
        select - (f.pnl + p.pnl) into result from risk.realized_by_fills(p_tenant, p_since, p_currency) f (pnl), risk.pnl_by_positions(p_tenant, p_since, p_currency) p (pnl);
    end case;
    return result;
end $$;

-- Net of fees. A fill without a profit of its own is an entry: it costs its fees.
create function risk.realized_by_fills(p_tenant uuid, p_since timestamptz, p_currency text) returns numeric language plpgsql as $$
begin
    return (select coalesce(sum(coalesce(f.pnl, - f.fees)), 0)
        from trading.fills f join accounts.accounts a on a.id = f.account_id and a.currency = p_currency
        where f.tenant_id = p_tenant and f.at >= p_since);
end $$;

-- What positions realised since then where the broker's fills do not say it, and what is open now. A position whose last close has filled is not open any
-- more, though the broker may show it for a moment longer.
create function risk.pnl_by_positions(p_tenant uuid, p_since timestamptz, p_currency text) returns numeric language plpgsql as $$
begin
    return (select coalesce(sum(
            case when told.by_fills then 0
                 when p.status = 'CLOSED' then coalesce(p.realized_pnl, 0) - closes.before
                 else closes.since end
            + case when p.status = 'OPEN' and not closes.whole then coalesce(p.pnl, 0) else 0 end), 0)
        from trading.positions p
        join accounts.accounts a on a.id = p.account_id and a.currency = p_currency
        cross join lateral (
            select exists (select 1 from trading.fills f where f.account_id = p.account_id and f.broker_position_id = p.broker_position_id and f.pnl is not null
                           and f.at >= p.opened_at - interval '5 seconds') as by_fills) told
        cross join lateral (
            select coalesce(sum(o.pnl) filter (where o.answered_at < p_since), 0) as before, coalesce(sum(o.pnl) filter (where o.answered_at >= p_since), 0) as since,
                   coalesce(bool_or(o.status = 'FILLED' and o.qty >= o.position_qty), false) as whole
            from trading.orders o where o.account_id = p.account_id and o.broker_position_id = p.broker_position_id and o.action in ('close', 'flatten')
                and o.created_at >= p.opened_at - interval '5 seconds') closes
        where p.tenant_id = p_tenant and (p.status = 'OPEN' or p.closed_at >= p_since));
end $$;

-- Walks the checks of an entry in their order. p_gate is {"checks": [{"measure", "since", "currency", "limit", "refusal"}…], "refusal": …}: what has to be counted
-- here, and the refusal that was decided without counting and comes after them, if any. measured has what was counted, in the order of the checks.
create function risk.refusal_of_entry(p_tenant uuid, p_gate jsonb, out refusal jsonb, out measured numeric[]) language plpgsql as $$
declare
    c jsonb;
    v numeric;
begin
    measured := '{}';
    for c in select value from jsonb_array_elements(p_gate -> 'checks') loop
        v := trim_scale(risk.measure(c ->> 'measure', p_tenant, (c ->> 'since')::timestamptz, c ->> 'currency'));
        measured := measured || v;
        if v >= (c ->> 'limit')::numeric then
            refusal := (c -> 'refusal') || jsonb_build_object('value', v);
            return;
        end if;
    end loop;
    refusal := p_gate -> 'refusal';
end $$;
