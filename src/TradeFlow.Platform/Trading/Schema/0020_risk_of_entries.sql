-- What an entry loses at its stop, in the account's currency, as it was when the rules looked at it; null when it has none. From that look on it
-- counts for the next entry.
alter table trading.orders
    add column stop_risk numeric(20, 8),
    add column priced boolean not null default false;
create index orders_on_their_way on trading.orders (tenant_id)
    where action in ('open', 'reverse') and status in ('PENDING', 'SENDING', 'UNKNOWN', 'WORKING', 'PARTIALLY_FILLED');
