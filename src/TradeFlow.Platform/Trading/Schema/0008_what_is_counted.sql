-- One index for each range that a count reads (risk.measure, risk.realized_by_fills, risk.pnl_by_positions), by tenant or account and by
-- time, so that a count reads what it counts however long the history is.
drop index trading.orders_entries_by_day;
create index orders_trades_by_day on trading.orders (tenant_id, created_at) where action in ('open', 'reverse') and counted_as_trade;
create index orders_entries_filled on trading.orders (tenant_id, settled_at) where action in ('open', 'reverse') and status = 'FILLED';
create index positions_open_by_tenant on trading.positions (tenant_id) where status = 'OPEN';
create index positions_by_broker_id on trading.positions (account_id, broker_position_id);
create index positions_by_opening on trading.positions (account_id, broker_symbol, side, opened_at);
-- Where a broker knows one position for a symbol, its id is the same for years.
drop index trading.orders_by_position;
create index orders_by_position on trading.orders (account_id, broker_position_id, created_at) where broker_position_id is not null;
drop index trading.fills_by_position;
create index fills_by_position on trading.fills (account_id, broker_position_id, at) where pnl is not null;
