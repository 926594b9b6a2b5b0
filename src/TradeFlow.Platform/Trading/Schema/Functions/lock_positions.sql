-- Whoever writes what an order filled, or what a broker shows, does so one after the other in an account. Taken before any row of it.
create or replace function trading.lock_positions(p_account uuid) returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('trading.positions ' || p_account, 0));
end $$;
