-- Closes a row. Without p_age it is proven. Else a reading misses the position that was begun p_age ago: it says nothing when a fill
-- changed the position since, nor, of one that the broker has never shown, before p_settle has passed.
create or replace function trading.close_position(p_id uuid, p_age interval, p_settle interval, out closed boolean, out pnl numeric)
    language plpgsql as $$
begin
    update trading.positions p
        set status = 'CLOSED', closed_at = clock_timestamp(), updated_at = clock_timestamp(), realized_pnl = trading.realized_of(p)
        where p.id = p_id and p.status = 'OPEN'
            and (p_age is null or p.followed_at is null
                 or p.followed_at <= clock_timestamp() - p_age - case when p.shown then interval '0' else p_settle end)
        returning p.realized_pnl into pnl;
    closed := found;
end $$;
