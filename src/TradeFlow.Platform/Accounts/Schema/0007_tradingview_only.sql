-- True: only what comes from TradingView's own addresses is taken.
alter table accounts.accounts add column tradingview_only boolean not null default false;
