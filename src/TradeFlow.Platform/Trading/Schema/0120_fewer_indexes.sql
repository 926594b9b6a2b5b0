-- An index that nobody asks is written four times for each order all the same. This is orders_entries_in_flight under a second name:
drop index trading.orders_on_their_way;
-- A row of the log names its order, and no order is looked for by the row of its log.
drop index trading.orders_by_webhook;
-- An order has no id of the broker before the broker has answered.
drop index trading.orders_by_broker_id;
create index orders_by_broker_id on trading.orders (account_id, broker_order_id) where broker_order_id is not null;
-- An entry whose fill is in trading.positions is counted there.
drop index trading.orders_entries_filled;
create index orders_entries_filled on trading.orders (tenant_id, settled_at) where action in ('open', 'reverse') and status = 'FILLED' and not booked;
-- Of the fills of a day those are counted that tell a profit.
drop index trading.fills_by_day;
create index fills_told_by_day on trading.fills (tenant_id, at) where pnl is not null;
