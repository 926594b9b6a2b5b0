-- The strategy that an order came from. The name is that of its time: what was traded under it stays under it.
alter table trading.orders
    add column strategy_id uuid,
    add column strategy_name text;
create index orders_by_strategy on trading.orders (account_id, strategy_id, created_at) where strategy_id is not null;
