-- Ends the entries that wait in the lanes, so that the closes need not queue behind them. One that is being claimed at this moment is skipped: its claim
-- reads the account after this transaction, and is refused there.
create or replace function trading.refuse_waiting_entries(p_accounts uuid[], p_reason text) returns void
    language sql as $$
    with waiting as (
        select id from trading.orders where account_id = any(p_accounts) and status = 'PENDING' and action in ('open', 'reverse') for update skip locked),
    refused as (
        update trading.orders o set status = 'REJECTED', reject_code = 'account.stopped', reject_reason = p_reason,
                answered_at = clock_timestamp(), settled_at = clock_timestamp()
            from waiting where o.id = waiting.id returning o.*)
    insert into trading.order_events (tenant_id, order_id, kind, detail) select tenant_id, id, 'refused', '{"code": "account.stopped"}' from refused
$$;
