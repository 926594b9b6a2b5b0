-- Lists by what is rare or absent: without these, all that a tenant ever did is read for an empty page.
create index orders_failed on trading.orders (tenant_id, created_at desc, id desc) where status in ('REJECTED', 'UNKNOWN', 'CANCELED');
create index orders_by_symbol on trading.orders (tenant_id, symbol, created_at desc, id desc);
