select kernel.protect_accounts('trading.lanes');
select kernel.protect_accounts('trading.orders');
select kernel.protect_accounts('trading.fills');
select kernel.protect_accounts('trading.positions');
select kernel.protect_accounts('trading.emergency_stops');
select kernel.protect_accounts('trading.stopped_accounts');

-- What became of an order is seen by whoever sees the order. The table is read by orders alone, a few at a time.
create policy account_wall on trading.order_events as restrictive to tradeflow_app
    using ((select kernel.are_listed()) <> 1 or exists (select from trading.orders o where o.id = order_events.order_id))
    with check ((select kernel.are_listed()) <> 1 or exists (select from trading.orders o where o.id = order_events.order_id));
