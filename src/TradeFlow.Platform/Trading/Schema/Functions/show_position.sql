-- The broker shows an open position. One that a fill of ours has written is refined and keeps its id, whatever id the broker gives it;
-- another is added. The reading was begun p_age ago: what has been closed since is not opened by it (row_id is null then), and what was
-- filled since is not taken back.
create or replace function trading.show_position(
    p_id uuid, p_tenant uuid, p_account uuid, p_broker text, p_broker_position text, p_client_order_id text, p_symbol text,
    p_broker_symbol text, p_side text, p_qty numeric, p_avg_price numeric, p_current_price numeric, p_pnl numeric, p_pnl_percent numeric,
    p_stop_loss numeric, p_take_profit numeric, p_opened_at timestamptz, p_age interval,
    out row_id uuid, out since timestamptz, out is_new boolean) language plpgsql as $$
declare
    p trading.positions;
    o trading.orders;
    begun constant timestamptz := clock_timestamp() - p_age;
    opened constant timestamptz := coalesce(p_opened_at, clock_timestamp());
begin
    perform trading.lock_positions(p_account);
    is_new := false;
    select * into p from trading.positions where account_id = p_account and broker_position_id = p_broker_position and status = 'OPEN';
    if p.id is null then
        if exists (select from trading.positions where account_id = p_account and broker_position_id = p_broker_position and side = p_side
                   and status = 'CLOSED' and closed_at > begun) then return; end if;
        -- The order that opened it: by our id where the broker echoes it, else what has filled the same quantity at that time and has no
        -- position yet.
        select * into o from trading.orders
            where account_id = p_account and client_order_id = p_client_order_id and action in ('open', 'reverse');
        if o.id is null then
            select * into o from trading.orders
                where account_id = p_account and broker_position_id = p_broker_position and action in ('open', 'reverse')
                    and broker_symbol = p_broker_symbol and side = p_side
                order by created_at limit 1;
        end if;
        -- What was sent then was recorded an hour before at most: a look at the account's whole history would grow with it.
        if o.id is null and p_client_order_id is null then
            select * into o from trading.orders sent
                where tenant_id = p_tenant and created_at >= opened - interval '65 minutes' and account_id = p_account and action in ('open', 'reverse')
                    and broker_symbol = p_broker_symbol and side = p_side and filled_qty = p_qty
                    and sent_at between opened - interval '30 seconds' and opened + interval '30 seconds'
                    and not exists (select from trading.positions t where t.order_id = sent.id and (t.shown or t.broker_position_id not like 'fill:%'))
                order by seq limit 1;
        end if;
        select * into p from trading.positions written
            where account_id = p_account and status = 'OPEN' and not shown and side = p_side
                and (order_id = o.id
                     or (broker_position_id like 'fill:%' and broker_symbol = p_broker_symbol and p_client_order_id is null
                         and (qty = p_qty or exists (select from trading.orders n
                                                     where n.id = written.order_id and n.position_qty is not null))))
            order by order_id = o.id desc nulls last, opened_at limit 1;
    end if;
    if p.id is null then
        is_new := true;
        insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price,
                                       current_price, pnl, pnl_percent, stop_loss, take_profit, opened_at, updated_at, origin, order_id)
            values (p_id, p_tenant, p_account, p_broker, p_broker_position, p_symbol, p_broker_symbol, p_side, p_qty, p_avg_price,
                    p_current_price, p_pnl, p_pnl_percent, p_stop_loss, p_take_profit, opened, clock_timestamp(),
                    case when o.id is null then 'external' else 'signal' end, o.id)
            returning id, opened_at into row_id, since;
        return;
    end if;
    -- What was filled since the reading began is not taken back.
    update trading.positions t set broker_position_id = p_broker_position, shown = true, symbol = p_symbol, broker_symbol = p_broker_symbol,
            opened_at = coalesce(p_opened_at, t.opened_at), updated_at = clock_timestamp(),
            qty = case when n.fresh then p_qty else t.qty end, avg_price = case when n.fresh then p_avg_price else t.avg_price end,
            current_price = case when n.fresh then p_current_price else t.current_price end, pnl = case when n.fresh then p_pnl else t.pnl end,
            pnl_percent = case when n.fresh then p_pnl_percent else t.pnl_percent end,
            stop_loss = case when n.fresh then p_stop_loss else t.stop_loss end, take_profit = case when n.fresh then p_take_profit else t.take_profit end
        from (select followed_at is null or followed_at <= begun or qty = p_qty as fresh from trading.positions where id = p.id) n
        where t.id = p.id returning t.id, t.opened_at into row_id, since;
    update trading.orders set broker_position_id = p_broker_position
        where id = p.order_id and broker_position_id is distinct from p_broker_position;
end $$;
