-- The open positions that an entry closes before it enters. p_given_up is {"account", "side", "names"}. One that the signal means by a name which
-- nobody knows of yet is not found, and keeps its place.
create or replace function risk.places_given_up(p_tenant uuid, p_given_up jsonb) returns numeric language sql stable as $$
    select count(*) from trading.positions
    where tenant_id = p_tenant and account_id = (p_given_up ->> 'account')::uuid and status = 'OPEN' and side = p_given_up ->> 'side'
        and p_given_up -> 'names' ? symbol
$$;
