-- What a trade would have lost at the stops that its entries were sent with, in its currency; null: an entry had none, or nobody knows what a
-- point is worth. r_multiple is net_pnl in units of it.
alter table insights.trades
    add column risk numeric(20, 8) check (risk > 0),
    add column r_multiple numeric(28, 10);
-- Trades from before are reckoned once more, from their first fill.
update insights.accounts set fills_seen = null, positions_seen = null;
