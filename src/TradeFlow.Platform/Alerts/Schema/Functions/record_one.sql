-- Records one signal: the log row, what makes it idempotent, and its order in the lane of the account, in the transaction of the caller.
-- outcome: 'recorded'; 'stale' (the account has changed since p_version: read it again and ask anew); 'duplicate' (first_* is the signal that it
-- repeats); 'unanswered' (as 'duplicate', but nobody knows yet how first_* is answered: see p_after); 'reused' (its id belongs to another body);
-- 'refused' (see refusal; measured has what was counted for it); 'late' (its sender has been told that it is not recorded). Nothing is written unless
-- it is 'recorded'.
-- Asked again with the same p_webhook, which happens when the fate of a commit is not known, it answers 'recorded' and writes nothing.
-- p_hold_for: how long a signal is repeated by its key, whatever p_dedupe_for was, when its sender got no answer or a 5xx: it is sent again then.
-- p_after: a signal with the same key of which the caller knows that it is recorded and being answered. This one is another.
create or replace function alerts.record_one(
    p_webhook uuid, p_order uuid, p_tenant uuid, p_account uuid, p_version bigint, p_broker text, p_received_at timestamptz, p_method text, p_path text,
    p_payload text, p_dedupe_key text, p_dedupe_for interval, p_hold_for interval, p_after uuid, p_body_hash bytea, p_replay_of uuid, p_client_order_id text,
    p_action text, p_intent jsonb, p_symbol text, p_side text, p_type text, p_qty numeric, p_price numeric, p_valid_until timestamptz,
    p_gate jsonb, out outcome text, out first_webhook uuid, out first_order uuid, out first_received_at timestamptz, out refusal jsonb, out measured numeric[])
    language plpgsql as $$
declare
    account record;
    holder alerts.dedupe;
    enters boolean := p_action in ('open', 'reverse');
    -- A target and a reverse are recorded in any case: what they get out of is not held back by what keeps them from entering.
    may_get_out constant boolean := p_intent ? 'target' or p_action = 'reverse';
begin
    -- Without a lock: a change that commits after this read was asked for at the same time as this signal, and the claim reads the account again.
    select version, stop_epoch, exit_only into account from accounts.accounts where id = p_account and deleted_at is null;
    if not found or account.version <> p_version then
        if exists (select 1 from alerts.webhooks_log where id = p_webhook and received_at = p_received_at and order_id is not null) then outcome := 'recorded';
        else outcome := 'stale';
        end if;
        return;
    end if;

    insert into alerts.dedupe as d (account_id, dedupe_key, tenant_id, body_hash, webhook_id, order_id, received_at, expires_at)
        values (p_account, p_dedupe_key, p_tenant, p_body_hash, p_webhook, p_order, p_received_at, p_received_at + greatest(p_dedupe_for, p_hold_for))
        on conflict (account_id, dedupe_key) do update
            set body_hash = excluded.body_hash, webhook_id = excluded.webhook_id, order_id = excluded.order_id,
                received_at = excluded.received_at, expires_at = excluded.expires_at
            where d.expires_at <= excluded.received_at;
    if not found then
        select * into holder from alerts.dedupe where account_id = p_account and dedupe_key = p_dedupe_key;
        outcome := case
            -- Another of the same batch may have the key by now.
            when holder.webhook_id = p_webhook
                or exists (select 1 from alerts.webhooks_log where id = p_webhook and received_at = p_received_at and order_id is not null) then 'recorded'
            when holder.body_hash <> p_body_hash then 'reused'
            when holder.received_at + p_dedupe_for > greatest(p_received_at, holder.received_at) then 'duplicate'
            when holder.webhook_id is distinct from p_after then alerts.held_as(holder, p_received_at, p_hold_for, enters)
        end;
        if outcome is not null then
            first_webhook := holder.webhook_id;
            first_order := holder.order_id;
            first_received_at := holder.received_at;
            return;
        end if;
        update alerts.dedupe set body_hash = p_body_hash, webhook_id = p_webhook, order_id = p_order, received_at = p_received_at,
                expires_at = p_received_at + greatest(p_dedupe_for, p_hold_for)
            where account_id = p_account and dedupe_key = p_dedupe_key;
    end if;

    -- Exits are never held back: a trader can always get out.
    if enters then
        if account.exit_only then refusal := accounts.refusal_of_exit_only(p_tenant);
        elsif p_gate is not null then select g.refusal, g.measured into refusal, measured from risk.refusal_of_entry(p_tenant, p_gate) g;
        end if;
        if refusal is not null and not may_get_out then
            -- What was refused may be asked again: it did nothing.
            delete from alerts.dedupe where account_id = p_account and dedupe_key = p_dedupe_key and webhook_id = p_webhook;
            outcome := 'refused';
            return;
        end if;
    end if;

    insert into alerts.webhooks_log (id, tenant_id, account_id, broker, received_at, method, path, payload, order_id, replay_of,
            strategy_id, strategy_name, strategy_signal_id)
        values (p_webhook, p_tenant, p_account, p_broker, p_received_at, p_method, p_path, p_payload, p_order, p_replay_of,
            (p_intent -> 'strategy' ->> 'id')::uuid, p_intent -> 'strategy' ->> 'name', (p_intent -> 'strategy' ->> 'signal')::uuid)
        on conflict do nothing;
    if not found then
        -- The row of its 503 stands: the sender goes by that. A holder of the key before it was over.
        delete from alerts.dedupe where account_id = p_account and dedupe_key = p_dedupe_key and webhook_id = p_webhook;
        outcome := 'late';
        return;
    end if;
    -- What may not enter takes no place among the entries.
    perform trading.enqueue_order(p_order, p_tenant, p_account, p_broker, p_webhook, null, null, p_client_order_id,
        case when refusal is null then p_action else 'close' end, p_intent, p_symbol, p_side,
        p_type, p_qty, p_price, account.stop_epoch, p_received_at, p_valid_until);
    if refusal is not null then
        perform trading.refuse_entry_half(p_order, refusal);
        refusal := null;
    end if;
    outcome := 'recorded';
end $$;
