-- What the risk rules count, tenant by tenant: entries that may still be taken, or were.
create index orders_entries_in_flight on trading.orders (tenant_id)
    where action in ('open', 'reverse') and status in ('PENDING', 'SENDING', 'UNKNOWN', 'WORKING', 'PARTIALLY_FILLED');
create index orders_entries_by_day on trading.orders (tenant_id, created_at) where action in ('open', 'reverse');
create index orders_by_position on trading.orders (account_id, broker_position_id) where broker_position_id is not null;
create index fills_by_day on trading.fills (tenant_id, at);
create index fills_by_position on trading.fills (account_id, broker_position_id) where pnl is not null;
create index positions_by_close on trading.positions (tenant_id, closed_at) where status = 'CLOSED';
