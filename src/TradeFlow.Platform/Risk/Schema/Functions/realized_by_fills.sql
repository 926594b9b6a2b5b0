-- Net of fees. A fill without a profit of its own is an entry: it costs its fees.
create or replace function risk.realized_by_fills(p_tenant uuid, p_since timestamptz, p_currency text) returns numeric language plpgsql as $$
begin
    return (select coalesce(sum(coalesce(f.pnl, - f.fees)), 0)
        from trading.fills f join accounts.accounts a on a.id = f.account_id and a.currency = p_currency
        where f.tenant_id = p_tenant and f.at >= p_since);
end $$;
