-- Lets the positions follow what an order has filled, in the commit that says so: what is answered as filled is shown at that moment, and
-- what a close has closed is not. The broker's next reading refines it. Where the broker has been heard since the order was sent, its own
-- word may have this fill in it already: then it stands. Returns the order with what this says of an entry; the caller writes it.
create or replace function trading.follow_fill(o trading.orders, p_was numeric) returns trading.orders language plpgsql as $$
declare
    p trading.positions;
    way constant int := case o.side when 'BUY' then 1 else -1 end;
    net_before constant numeric := o.position_qty + way * p_was;
    net constant numeric := o.position_qty + way * o.filled_qty;
    held numeric;
begin
    if o.filled_qty <= p_was then return o; end if;
    if o.action in ('close', 'flatten') then
        select * into p from trading.positions where account_id = o.account_id and status = 'OPEN'
            and (id = o.position_id or (o.position_id is null and broker_position_id = o.broker_position_id)) for update;
        if not found then return o; end if;
        if o.filled_qty >= o.position_qty then
            perform trading.close_position(p.id, null, null);
        elsif p.qty = o.position_qty - p_was then
            perform trading.resize_position(p, o.position_qty - o.filled_qty, p.avg_price);
        end if;
        return o;
    end if;
    -- What a position cost is not guessed.
    if o.action not in ('open', 'reverse') or o.avg_price is null then return o; end if;

    if o.position_qty is null then
        o.booked := true;
        select * into p from trading.positions where account_id = o.account_id and order_id = o.id
            order by opened_at desc limit 1 for update;
        if found then
            if p.status = 'OPEN' and p.qty = p_was then perform trading.resize_position(p, o.filled_qty, o.avg_price); end if;
            return o;
        end if;
        -- A reading may have met it before the answer came, under the id that the answer tells or, without one, with this quantity at this
        -- price. It may even be closed again.
        update trading.positions set order_id = o.id, origin = 'signal'
            where account_id = o.account_id and broker_symbol = o.broker_symbol and side = o.side
                and opened_at >= o.sent_at - interval '30 seconds' and order_id is null
                and (broker_position_id = o.broker_position_id
                     or (o.broker_position_id is null and qty = o.filled_qty and avg_price = o.avg_price));
        if not found and not exists (select from trading.positions where account_id = o.account_id and status = 'OPEN'
                                     and broker_position_id = o.broker_position_id) then
            perform trading.open_by_fill(o, o.filled_qty);
        end if;
        return o;
    end if;

    -- The offset: of what the account holds, not of all that it ever held in the symbol.
    select * into p from trading.positions where id = (
        select held_now.id from (
            select id, broker_symbol, opened_at from trading.positions where account_id = o.account_id and status = 'OPEN' offset 0) held_now
        where held_now.broker_symbol = o.broker_symbol order by held_now.opened_at desc limit 1) for update;
    held := case when p.id is null then 0 when p.side = 'BUY' then p.qty else - p.qty end;
    if held = net_before or held = net then o.booked := true; end if;
    if held <> net_before then
        update trading.positions set order_id = o.id, origin = 'signal'
            where id = p.id and order_id is null and net_before = 0 and held = net;
        return o;
    end if;
    if held = 0 then
        perform trading.open_by_fill(o, abs(net));
    elsif sign(net) = sign(held) then
        perform trading.resize_position(p, abs(net), case when abs(net) < p.qty then p.avg_price
            else round((p.avg_price * p.qty + o.avg_price * (abs(net) - p.qty)) / abs(net), 10) end);
        if p.shown then o.broker_position_id := coalesce(o.broker_position_id, p.broker_position_id); end if;
    else
        perform trading.close_position(p.id, null, null);
        if net <> 0 then perform trading.open_by_fill(o, abs(net)); end if;
    end if;
    return o;
end $$;
