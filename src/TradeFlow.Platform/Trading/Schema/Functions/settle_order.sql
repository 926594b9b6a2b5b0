-- Writes what is known of an order that was claimed, and what it filled into the positions. A settled order never changes again, what was
-- filled never shrinks, an entry that the broker took is counted as a trade once. Evidence is taken from any worker: what the broker said
-- is true whoever heard it.
create or replace function trading.settle_order(
    p_id uuid, p_status text, p_code text, p_reason text, p_broker_order_id text, p_broker_position text, p_filled numeric, p_avg_price numeric,
    p_pnl numeric, p_gross_pnl numeric, p_taken boolean, p_event text, p_detail jsonb) returns boolean
    language plpgsql as $$
declare
    o trading.orders;
    counts boolean;
    was numeric;
    follows boolean;
begin
    perform trading.lock_positions(account_id) from trading.orders where id = p_id;
    select * into o from trading.orders where id = p_id for update;
    if not found or o.status not in ('SENDING', 'UNKNOWN', 'WORKING', 'PARTIALLY_FILLED') then return false; end if;
    if p_status = 'UNKNOWN' and o.status <> 'SENDING' then return false; end if;
    if p_status = 'WORKING' and o.status = 'PARTIALLY_FILLED' then return false; end if;
    counts := p_taken and not o.counted_as_trade and o.action in ('open', 'reverse');
    was := o.filled_qty;
    o.status := p_status;
    o.reject_code := p_code;
    o.reject_reason := p_reason;
    o.broker_order_id := coalesce(p_broker_order_id, o.broker_order_id);
    o.broker_position_id := coalesce(p_broker_position, o.broker_position_id);
    -- Filled without a number is filled in full.
    o.filled_qty := greatest(o.filled_qty, coalesce(nullif(p_filled, 0), case when p_status = 'FILLED' then o.qty end, 0));
    o.avg_price := coalesce(p_avg_price, o.avg_price);
    o.pnl := coalesce(p_pnl, o.pnl);
    o.gross_pnl := coalesce(p_gross_pnl, o.gross_pnl);
    o.answered_at := coalesce(o.answered_at, clock_timestamp());
    o.filled_at := case when p_status = 'FILLED' then coalesce(o.filled_at, clock_timestamp()) else o.filled_at end;
    o.settled_at := case when p_status in ('FILLED', 'CANCELED', 'REJECTED') then clock_timestamp() end;
    o.next_look_at := case when p_status = 'UNKNOWN' then clock_timestamp() + interval '500 milliseconds' end;
    o.needs_review := o.needs_review and p_status = 'UNKNOWN';
    o.counted_as_trade := o.counted_as_trade or counts;
    follows := o.filled_qty > was;
    -- The position of an entry first: what it says of the order is in the one write of the order.
    if follows and o.action in ('open', 'reverse') then o := trading.try_follow_fill(o, was); end if;
    update trading.orders set status = o.status, reject_code = o.reject_code, reject_reason = o.reject_reason, broker_order_id = o.broker_order_id,
            broker_position_id = o.broker_position_id, filled_qty = o.filled_qty, avg_price = o.avg_price, pnl = o.pnl, gross_pnl = o.gross_pnl,
            answered_at = o.answered_at, filled_at = o.filled_at, settled_at = o.settled_at, next_look_at = o.next_look_at,
            needs_review = o.needs_review, counted_as_trade = o.counted_as_trade, booked = o.booked
        where id = p_id;
    if counts then perform billing.count_trade(o.tenant_id); end if;
    perform trading.note(o, p_event, p_detail);
    update trading.fills set order_id = o.id where account_id = o.account_id and broker_order_id = o.broker_order_id and order_id is null;
    -- What a position has realised is reckoned from its closes, this one with them.
    if o.action in ('close', 'flatten') then
        if follows then perform trading.try_follow_fill(o, was); end if;
        perform trading.settle_pnl(o.id);
    end if;
    return true;
end $$;
