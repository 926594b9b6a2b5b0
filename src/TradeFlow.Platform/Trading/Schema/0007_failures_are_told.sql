-- Whoever sent it knows how it ended, or is going to be told (order.failed). What ended before this has been told.
alter table trading.orders add column told boolean not null default true;
alter table trading.orders alter column told set default false;
create index orders_untold on trading.orders (created_at)
    where not told and (status = 'REJECTED' or (status = 'CANCELED' and reject_code is not null));
