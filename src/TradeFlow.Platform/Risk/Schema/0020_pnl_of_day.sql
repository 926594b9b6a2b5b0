-- Both are one now, which reads what they read once: risk.pnl_of_day.
drop function risk.realized_by_fills(uuid, timestamptz, text);
drop function risk.pnl_by_positions(uuid, timestamptz, text);
