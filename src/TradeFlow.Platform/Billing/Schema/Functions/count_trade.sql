-- A trade is an entry that the broker took; called once per entry, in the transaction that records its outcome.
create or replace function billing.count_trade(p_tenant uuid) returns void language plpgsql as $$
begin
    update billing.usage_counters set trades_count = trades_count + 1 where tenant_id = p_tenant;
end $$;
