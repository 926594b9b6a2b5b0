-- A position is written in the commit that says its entry is filled, before the broker has shown it.
alter table trading.positions
    -- The order of ours that opened it.
    add column order_id uuid,
    -- False until the broker has shown it. Until then broker_position_id is what the fill told, or a stand-in: 'fill:' and the id of the
    -- order.
    add column shown boolean not null default true,
    -- When a fill of ours changed it last. A reading that was begun before says nothing about it.
    add column followed_at timestamptz;
create index positions_by_order on trading.positions (order_id) where order_id is not null;

-- The fill of an entry is in trading.positions. position_qty of an entry: the net quantity that was open in the symbol when it was sent,
-- short below zero, where positions of a symbol are netted; else null.
alter table trading.orders add column booked boolean not null default false;
-- pnl is the sum of its fills; until then it is what the answer told or we reckoned.
alter table trading.orders add column pnl_by_fills boolean not null default false;
update trading.orders o set pnl_by_fills = true
    where o.action in ('close', 'flatten') and o.created_at > now() - interval '3 days'
        and exists (select from trading.fills f where f.order_id = o.id and f.pnl is not null);

-- Fills that came before anything told which order they are of.
create index fills_unclaimed on trading.fills (account_id, broker_order_id) where order_id is null;
