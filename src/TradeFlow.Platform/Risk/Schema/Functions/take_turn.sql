-- Whoever counts for an entry holds the tenant's turn until the entry is committed: the next one counts it. The counts are taken from the orders themselves, so
-- that nothing has to be given back when an order ends, whichever way it ends. Taken before any lane of the tenant, tenant by tenant in one order.
create or replace function risk.take_turn(p_tenant uuid) returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('risk.entry ' || p_tenant, 0));
end $$;
