-- Claims an order and records, in the same commit, the numbers that will be sent. Nothing leaves for a broker before this has committed.
-- An entry needs more: an account that is on, no emergency stop since it was recorded, and it must not be too old. Exits always pass.
-- Answers 'claimed', 'gone' (not pending any more), 'fenced' (the lane has begun a newer epoch), 'stale' (an entry was made up from settings that are not those
-- of the account any more; nothing has changed), or the code with which the order was refused.
create or replace function trading.claim_order(
    p_id uuid, p_epoch bigint, p_entry boolean, p_broker_symbol text, p_side text, p_qty numeric, p_price numeric, p_stop_loss numeric,
    p_take_profit numeric, p_broker_position text, p_position uuid, p_position_qty numeric, p_symbol text, p_version bigint) returns text
    language plpgsql as $$
declare
    o trading.orders;
    a record;
    code text;
    words text;
begin
    select * into o from trading.orders where id = p_id for update;
    if not found or o.status <> 'PENDING' then return 'gone'; end if;
    if not trading.holds_lane(o.account_id, p_epoch) then return 'fenced'; end if;
    if p_entry then
        -- The share lock makes this check and an emergency stop take turns: after the stop's commit nothing is claimed any more.
        select enabled, disabled_reason, stop_epoch, status, status_reason, deleted_at, version into a from accounts.accounts where id = o.account_id for share;
        if not found or a.deleted_at is not null then
            code := 'account.deleted'; words := 'The account was removed before the order could be sent.';
        elsif not a.enabled then
            code := 'account.disabled'; words := coalesce(a.disabled_reason, 'The account is switched off.');
        elsif a.stop_epoch <> o.stop_epoch then
            code := 'account.stopped'; words := 'An emergency stop came after this signal; nothing was sent.';
        elsif a.status = 'offline' then
            code := 'broker.offline'; words := coalesce(a.status_reason, 'The trading terminal is offline.');
        elsif o.valid_until < clock_timestamp() then
            code := 'signal.expired';
            words := format('The signal is older than %s s; nothing was sent.', round(extract(epoch from o.valid_until - o.created_at)));
        end if;
        if code is not null then
            update trading.orders set status = 'REJECTED', reject_code = code, reject_reason = words, answered_at = clock_timestamp(), settled_at = clock_timestamp()
                where id = p_id;
            perform trading.note(o, 'refused', jsonb_build_object('code', code));
            return code;
        end if;
        if a.version > p_version then return 'stale'; end if;
    end if;
    update trading.orders set status = 'SENDING', epoch = p_epoch, sent_at = clock_timestamp(), broker_symbol = p_broker_symbol,
            side = coalesce(p_side, side), qty = p_qty, price = coalesce(p_price, price), stop_loss = p_stop_loss, take_profit = p_take_profit,
            broker_position_id = p_broker_position, position_id = coalesce(p_position, position_id), position_qty = p_position_qty,
            symbol = coalesce(p_symbol, symbol)
        where id = p_id;
    perform trading.note(o, 'sending', jsonb_build_object('qty', p_qty, 'price', p_price, 'stop_loss', p_stop_loss, 'take_profit', p_take_profit));
    return 'claimed';
end $$;
