-- Net of fees. A fill without a profit of its own is an entry: it costs its fees. The offset keeps the day's fills one range of one index:
-- planned together with the accounts, all fills of an account may be read.
create or replace function risk.realized_by_fills(p_tenant uuid, p_since timestamptz, p_currency text) returns numeric
    language plpgsql as $$
begin
    return (select coalesce(sum(coalesce(f.pnl, - f.fees)), 0)
        from (select account_id, pnl, fees from trading.fills where tenant_id = p_tenant and at >= p_since offset 0) f
        join accounts.accounts a on a.tenant_id = p_tenant and a.id = f.account_id and a.currency = p_currency);
end $$;
