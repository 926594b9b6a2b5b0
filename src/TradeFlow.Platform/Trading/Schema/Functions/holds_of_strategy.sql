-- Does the account hold something of a strategy, or may it in a moment? An entry of it is on its way, or has filled while the position was open:
-- where positions of a symbol are netted, another order may have opened it.
create or replace function trading.holds_of_strategy(p_account uuid, p_strategy uuid) returns boolean language sql stable as $$
    select exists (
            select from trading.orders o
            where o.account_id = p_account and o.strategy_id = p_strategy and o.action in ('open', 'reverse')
                and o.status in ('PENDING', 'SENDING', 'UNKNOWN', 'WORKING', 'PARTIALLY_FILLED'))
        or exists (
            select from trading.positions p
            join trading.orders o on o.account_id = p.account_id and o.strategy_id = p_strategy and o.action in ('open', 'reverse') and o.filled_qty > 0
                and (o.id = p.order_id or ((o.broker_symbol = p.broker_symbol or o.symbol = p.symbol)
                    -- Two clocks, and a broker may date its position by the minute.
                    and coalesce(o.filled_at, o.answered_at, o.created_at) > p.opened_at - interval '1 minute'))
            where p.account_id = p_account and p.status = 'OPEN')
$$;
