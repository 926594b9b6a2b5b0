create schema insights;
select kernel.open_schema('insights');

-- Round trips: from flat to flat in one account and symbol, or in one position where positions stand side by side. All of it but note and
-- tags is reckoned from trading.fills and trading.positions, and can be reckoned again.
create table insights.trades (
    -- Made from the account and the broker's id of the first fill; of a trade that no fill tells of, the id of its position.
    id uuid primary key,
    tenant_id uuid not null,
    account_id uuid not null,
    broker text not null,
    symbol text not null,
    side text not null check (side in ('BUY', 'SELL')),
    qty numeric(28, 10) not null,
    -- Null: it was entered before anything was known of the account.
    entry_at timestamptz,
    entry_price numeric(28, 10),
    exit_at timestamptz not null,
    exit_price numeric(28, 10),
    -- Null: nobody can tell. Such a trade is listed, and in no figure.
    gross_pnl numeric(20, 8),
    fees numeric(20, 8) not null,
    net_pnl numeric(20, 8),
    currency text not null,
    -- Against the price of the signal; more than 0 is worse.
    slippage_ticks numeric(20, 4),
    slippage_money numeric(20, 8),
    strategy text,
    webhook_id uuid,
    position_id uuid,
    -- trading.fills.num; null where no fill tells of it.
    first_fill bigint,
    last_fill bigint,
    -- What of the last fill went on to open the next trade, the other way round.
    turned numeric(28, 10) not null,
    note text,
    tags text[] not null default '{}'
);
-- A year of one tenant is one range of this index.
create index trades_by_exit on insights.trades (tenant_id, exit_at, id);
create index trades_by_account on insights.trades (account_id, symbol, exit_at);
create index trades_by_first_fill on insights.trades (account_id, first_fill);
create index trades_by_position on insights.trades (account_id, position_id) where position_id is not null;
select kernel.protect('insights.trades');

-- How far the trades of an account follow its fills and positions.
create table insights.accounts (
    account_id uuid primary key,
    tenant_id uuid not null,
    -- Positions of a symbol are one. Null: nothing has told yet.
    is_netting boolean,
    fills_seen timestamptz,
    positions_seen timestamptz,
    -- A position closed a moment ago of which no fill tells may be told of yet.
    look_again_at timestamptz,
    -- When a trade ended whose money the broker has not shown yet.
    traded_at timestamptz,
    daily_at timestamptz
);
select kernel.protect('insights.accounts');

-- What an account was worth: once a trading day, and after each trade.
create table insights.equity_snapshots (
    account_id uuid not null,
    at timestamptz not null,
    tenant_id uuid not null,
    currency text not null,
    equity numeric(20, 8) not null,
    balance numeric(20, 8) not null,
    is_daily boolean not null,
    primary key (account_id, at)
);
create index equity_by_tenant on insights.equity_snapshots (tenant_id, at);
create index equity_after_trades on insights.equity_snapshots (at) where not is_daily;
select kernel.protect('insights.equity_snapshots');
