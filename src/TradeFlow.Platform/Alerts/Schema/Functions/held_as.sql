-- How a signal with the key of p_first counts after the time in which every repeat is one: 'duplicate', 'unanswered', or null for a signal of its own.
-- A sender that was answered does not send again. One that got a 5xx, or nothing (499: it hung up), does, and must not trade twice.
-- An exit that the broker has refused did nothing: asking for it again is meant. So is one that comes after the last send of a sender that repeats by itself, when
-- an entry has been recorded since: there is something to close that the first cannot have closed.
create or replace function alerts.held_as(p_first alerts.dedupe, p_at timestamptz, p_hold_for interval, p_enters boolean) returns text
    language plpgsql stable as $$
declare
    answered int;
begin
    if p_first.received_at + p_hold_for <= p_at then return null; end if;
    -- Two of one moment, in one batch: they are known together or not at all.
    if exists (select 1 from alerts.dedupe where account_id = p_first.account_id and dedupe_key = p_first.dedupe_key and xmin = pg_current_xact_id()::xid) then
        return null;
    end if;
    if not p_enters then
        if exists (select 1 from trading.orders where id = p_first.order_id and status = 'REJECTED') then return null; end if;
        -- TradingView's last send comes after 21 s.
        if p_first.received_at + interval '25 seconds' <= p_at and exists (select 1 from trading.orders
                where tenant_id = p_first.tenant_id and account_id = p_first.account_id and created_at > p_first.received_at and action in ('open', 'reverse')) then
            return null;
        end if;
    end if;
    select status into answered from alerts.webhooks_log where id = p_first.webhook_id and received_at = p_first.received_at;
    return case when answered is null then 'unanswered' when answered >= 499 then 'duplicate' end;
end $$;
