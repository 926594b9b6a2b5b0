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
begin
    perform trading.lock_positions(account_id) from trading.orders where id = p_id;
    select * into o from trading.orders where id = p_id for update;
    if not found or o.status not in ('SENDING', 'UNKNOWN', 'WORKING', 'PARTIALLY_FILLED') then return false; end if;
    if p_status = 'UNKNOWN' and o.status <> 'SENDING' then return false; end if;
    if p_status = 'WORKING' and o.status = 'PARTIALLY_FILLED' then return false; end if;
    counts := p_taken and not o.counted_as_trade and o.action in ('open', 'reverse');
    was := o.filled_qty;
    update trading.orders set
            status = p_status, reject_code = p_code, reject_reason = p_reason,
            broker_order_id = coalesce(p_broker_order_id, broker_order_id), broker_position_id = coalesce(p_broker_position, broker_position_id),
            -- Filled without a number is filled in full.
            filled_qty = greatest(filled_qty, coalesce(nullif(p_filled, 0), case when p_status = 'FILLED' then qty end, 0)),
            avg_price = coalesce(p_avg_price, avg_price),
            pnl = coalesce(p_pnl, pnl), gross_pnl = coalesce(p_gross_pnl, gross_pnl),
            answered_at = coalesce(answered_at, clock_timestamp()),
            filled_at = case when p_status = 'FILLED' then coalesce(filled_at, clock_timestamp()) else filled_at end,
            settled_at = case when p_status in ('FILLED', 'CANCELED', 'REJECTED') then clock_timestamp() end,
            next_look_at = case when p_status = 'UNKNOWN' then clock_timestamp() + interval '500 milliseconds' end,
            needs_review = needs_review and p_status = 'UNKNOWN',
            counted_as_trade = counted_as_trade or counts
        where id = p_id returning * into o;
    if counts then perform billing.count_trade(o.tenant_id); end if;
    perform trading.note(o, p_event, p_detail);
    update trading.fills set order_id = o.id where account_id = o.account_id and broker_order_id = o.broker_order_id and order_id is null;
    if o.filled_qty > was then
        begin
            perform trading.follow_fill(o, was);
        exception when integrity_constraint_violation or data_exception then
            -- Would come again at each try, and what became of the order must not be lost for it: the broker's next reading brings the
            -- position as well. Anything else (a deadlock, a lost connection) undoes all of it and is tried again.
            perform trading.note(o, 'not_followed', jsonb_build_object('why', sqlerrm));
        end;
    end if;
    perform trading.settle_pnl(o.id);
    return true;
end $$;
