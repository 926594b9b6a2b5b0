-- What closes is told net of its own fees and of those of its entry. A fill without a profit is an entry, whose fees count when it is closed: they would count twice
-- if they counted now. The offset keeps the day's fills one range of one index:
-- planned together with the accounts, all fills of an account may be read.
create or replace function risk.realized_by_fills(p_tenant uuid, p_since timestamptz, p_currency text) returns numeric
    language plpgsql as $$
begin
    return (select coalesce(sum(f.pnl), 0)
        from (select account_id, pnl from trading.fills where tenant_id = p_tenant and at >= p_since offset 0) f
        join accounts.accounts a on a.tenant_id = p_tenant and a.id = f.account_id and a.currency = p_currency);
end $$;
