-- Writes the trades that were reckoned from p_fills and p_positions, where they differ from those that are stored. What began with one of
-- these and is no trade any more goes; what was written beside it by hand stays with the position.
create or replace function insights.keep_trades(
    p_tenant uuid, p_account uuid, p_broker text, p_currency text, p_trades jsonb, p_fills bigint[], p_positions uuid[],
    out changed bigint, out last_exit timestamptz) language plpgsql as $$
declare
    gone_rows bigint;
begin
    with kept as (
        insert into insights.trades as k (
            tenant_id, account_id, broker, currency, id, symbol, side, qty, entry_at, entry_price, exit_at, exit_price, gross_pnl, fees,
            net_pnl, risk, r_multiple, slippage_ticks, slippage_money, strategy, webhook_id, position_id, first_fill, last_fill, turned)
        select p_tenant, p_account, p_broker, p_currency, t.*
        from jsonb_to_recordset(p_trades) as t (
            id uuid, symbol text, side text, qty numeric, entry_at timestamptz, entry_price numeric, exit_at timestamptz,
            exit_price numeric, gross_pnl numeric, fees numeric, net_pnl numeric, risk numeric, r_multiple numeric, slippage_ticks numeric,
            slippage_money numeric, strategy text, webhook_id uuid, position_id uuid, first_fill bigint, last_fill bigint, turned numeric)
        on conflict (id) do update set
            symbol = excluded.symbol, side = excluded.side, qty = excluded.qty, entry_at = excluded.entry_at,
            entry_price = excluded.entry_price, exit_at = excluded.exit_at, exit_price = excluded.exit_price,
            gross_pnl = excluded.gross_pnl, fees = excluded.fees, net_pnl = excluded.net_pnl, risk = excluded.risk, r_multiple = excluded.r_multiple,
            slippage_ticks = excluded.slippage_ticks, slippage_money = excluded.slippage_money, strategy = excluded.strategy,
            webhook_id = excluded.webhook_id, position_id = excluded.position_id, first_fill = excluded.first_fill,
            last_fill = excluded.last_fill, turned = excluded.turned
        where (k.symbol, k.side, k.qty, k.entry_at, k.entry_price, k.exit_at, k.exit_price, k.gross_pnl, k.fees, k.net_pnl,
               k.risk, k.r_multiple, k.slippage_ticks, k.slippage_money, k.strategy, k.webhook_id, k.position_id, k.first_fill, k.last_fill, k.turned)
            is distinct from
              (excluded.symbol, excluded.side, excluded.qty, excluded.entry_at, excluded.entry_price, excluded.exit_at,
               excluded.exit_price, excluded.gross_pnl, excluded.fees, excluded.net_pnl, excluded.risk, excluded.r_multiple, excluded.slippage_ticks,
               excluded.slippage_money, excluded.strategy, excluded.webhook_id, excluded.position_id, excluded.first_fill,
               excluded.last_fill, excluded.turned)
        returning k.exit_at)
    select count(*), max(exit_at) into changed, last_exit from kept;

    with gone as (
        delete from insights.trades t
        where t.account_id = p_account
            and (t.first_fill = any (p_fills) or (t.first_fill is null and t.position_id = any (p_positions)))
            and t.id <> all (array(select (made ->> 'id')::uuid from jsonb_array_elements(p_trades) made))
        returning t.id, t.position_id, t.note, t.tags),
    moved as (
        update insights.trades t set note = gone.note, tags = gone.tags
        from gone
        where t.account_id = p_account and t.position_id = gone.position_id and t.id <> gone.id and t.note is null and t.tags = '{}')
    select count(*) into gone_rows from gone;
    changed := changed + gone_rows;
end $$;
