-- Stores fills, each once, however often and by whichever way it is told. A later report fills in what an earlier one did not know. Where
-- two name different numbers, the one that knows the larger costs is the fuller: its costs and its profit are taken together. Else the
-- first number stays. p_named: the symbol is the platform's, not the broker's own. Returns the closes whose profit has changed.
create or replace function trading.add_fills(
    p_tenant uuid, p_account uuid, p_ids text[], p_orders text[], p_positions text[], p_symbols text[], p_named boolean[], p_sides text[],
    p_qtys numeric[], p_prices numeric[], p_fees numeric[], p_pnls numeric[], p_ats timestamptz[]) returns setof uuid
    language plpgsql as $$
declare
    t record;
    o trading.orders;
    f trading.fills;
begin
    perform trading.lock_positions(p_account);
    for t in select * from unnest(p_ids, p_orders, p_positions, p_symbols, p_named, p_sides, p_qtys, p_prices, p_fees, p_pnls, p_ats)
             as told (id, broker_order_id, broker_position_id, symbol, named, side, qty, price, fees, pnl, at) loop
        select * into o from trading.orders where account_id = p_account and broker_order_id = t.broker_order_id order by seq limit 1;
        insert into trading.fills as known (tenant_id, account_id, broker_fill_id, order_id, broker_order_id, broker_position_id,
                                            symbol, side, qty, price, fees, pnl, at)
            values (p_tenant, p_account, t.id, o.id, t.broker_order_id,
                    coalesce(t.broker_position_id, case when o.action in ('close', 'flatten') then o.broker_position_id end),
                    t.symbol, t.side, t.qty, t.price, coalesce(t.fees, 0), t.pnl, t.at)
            on conflict (account_id, broker_fill_id) do update set
                order_id = coalesce(known.order_id, excluded.order_id),
                broker_position_id = coalesce(known.broker_position_id, excluded.broker_position_id),
                symbol = case when t.named then excluded.symbol else known.symbol end,
                fees = greatest(known.fees, excluded.fees),
                pnl = case when known.pnl is null or excluded.fees > known.fees then coalesce(excluded.pnl, known.pnl) else known.pnl end
            where (known.order_id is null and excluded.order_id is not null)
                or (known.broker_position_id is null and excluded.broker_position_id is not null)
                or (t.named and known.symbol <> excluded.symbol)
                or excluded.fees > known.fees
                or (known.pnl is null and excluded.pnl is not null)
            returning * into f;
        continue when not found;
        -- The fill tells the broker's id of the position that its order has opened. One with a profit has closed another.
        if f.order_id is not null and f.broker_position_id is not null and f.pnl is null then
            update trading.positions p set broker_position_id = f.broker_position_id
                where p.order_id = f.order_id and p.status = 'OPEN' and not p.shown and p.side = f.side
                    and p.broker_position_id like 'fill:%'
                    and not exists (select from trading.positions other where other.account_id = p_account and other.status = 'OPEN'
                                    and other.broker_position_id = f.broker_position_id);
            update trading.orders set broker_position_id = f.broker_position_id
                where id = f.order_id and action in ('open', 'reverse') and broker_position_id is null;
        end if;
        continue when f.pnl is null;
        if trading.settle_pnl(f.order_id) then return next f.order_id; end if;
        -- What it closed may have been counted by what was known then.
        update trading.positions p set realized_pnl = trading.realized_of(p), updated_at = clock_timestamp()
            where p.account_id = p_account and p.broker_position_id = f.broker_position_id and p.status = 'CLOSED' and p.side <> f.side
                and p.opened_at <= f.at + interval '5 seconds' and p.realized_pnl is distinct from trading.realized_of(p);
    end loop;
end $$;
