-- Records a signal of a strategy for all its accounts, all or none: one transaction. The arrays are those of alerts.record.
-- A row without a webhook speaks of all: 'gone' (the key opens nothing any more), 'duplicate' and 'reused' (first_webhook is the signal that has the
-- key), 'stale' (accounts have changed since they were read, and nothing was written: the rows with a webhook say which).
-- Asked again with the same p_signal, which happens when the fate of a commit is not known, it answers as before and writes nothing.
create or replace function strategies.record_signal(
    p_signal uuid, p_strategy uuid, p_strategy_version bigint, p_signal_at timestamptz, p_key text, p_lives interval, p_held interval, p_hash bytea,
    p_dialect text, p_command text, p_spoken text,
    p_webhook uuid[], p_order uuid[], p_tenant uuid[], p_account uuid[], p_version bigint[], p_broker text[], p_received_at timestamptz[],
    p_method text[], p_path text[], p_payload text[], p_dedupe_key text[], p_dedupe_for interval[], p_hold_for interval[], p_after uuid[],
    p_body_hash bytea[], p_replay_of uuid[], p_client_order_id text[], p_action text[], p_intent jsonb[], p_symbol text[], p_side text[],
    p_type text[], p_qty numeric[], p_price numeric[], p_valid_until timestamptz[], p_gate jsonb[])
    returns table (webhook uuid, outcome text, first_webhook uuid, first_order uuid, first_received_at timestamptz, refusal jsonb, measured numeric[])
    language plpgsql as $$
declare
    publisher uuid;
    holder strategies.dedupe;
    first_status int;
    changed uuid[] := '{}';
    taken uuid[] := '{}';
begin
    -- The lock makes the signals of a strategy take turns, whatever replica they came to.
    select s.tenant_id into publisher from strategies.strategies s
        where s.id = p_strategy and s.version = p_strategy_version and s.deleted_at is null for update;
    if not found then
        outcome := 'gone';
        return next;
        return;
    end if;
    select * into holder from strategies.dedupe d where d.strategy_id = p_strategy and d.dedupe_key = p_key and d.expires_at > p_signal_at;
    if found and holder.signal_id <> p_signal then
        select s.status into first_status from strategies.signals s where s.id = holder.signal_id;
        outcome := case
            when holder.body_hash <> p_hash then 'reused'
            when holder.received_at + p_lives > p_signal_at then 'duplicate'
            -- A sender that got no answer, or a 5xx, sends again.
            when coalesce(first_status, 500) >= 499 and holder.received_at + p_held > p_signal_at then 'duplicate'
        end;
        if outcome is not null then
            first_webhook := holder.signal_id;
            first_received_at := holder.received_at;
            return next;
            return;
        end if;
    end if;
    begin
        for webhook, outcome, first_webhook, first_order, first_received_at, refusal, measured in
            select r.* from alerts.record(p_webhook, p_order, p_tenant, p_account, p_version, p_broker, p_received_at, p_method, p_path, p_payload,
                p_dedupe_key, p_dedupe_for, p_hold_for, p_after, p_body_hash, p_replay_of, p_client_order_id, p_action, p_intent, p_symbol, p_side,
                p_type, p_qty, p_price, p_valid_until, p_gate) r
        loop
            if outcome = 'stale' then changed := changed || webhook;
            elsif outcome = 'recorded' then taken := taken || webhook;
            end if;
            return next;
        end loop;
        if cardinality(changed) > 0 then raise sqlstate 'TF001'; end if;
        insert into strategies.dedupe as d (strategy_id, dedupe_key, tenant_id, body_hash, signal_id, received_at, expires_at)
            values (p_strategy, p_key, publisher, p_hash, p_signal, p_signal_at, p_signal_at + greatest(p_lives, p_held))
            on conflict (strategy_id, dedupe_key) do update set body_hash = excluded.body_hash, signal_id = excluded.signal_id,
                received_at = excluded.received_at, expires_at = excluded.expires_at;
        insert into strategies.signals (id, tenant_id, strategy_id, received_at, dialect, action, symbol, fan_out)
            values (p_signal, publisher, p_strategy, p_signal_at, p_dialect, p_command, p_spoken,
                (select count(*) from unnest(p_webhook, p_account) as u (webhook, account)
                 where u.webhook = any (taken) and not exists (select from strategies.activations f
                     where f.strategy_id = p_strategy and f.account_id = u.account and f.is_record)))
            on conflict do nothing;
        if found then update strategies.strategies s set signals = s.signals + 1 where s.id = p_strategy; end if;
    exception when sqlstate 'TF001' then
        -- What was recorded in this block is taken back.
        webhook := null;
        outcome := 'stale';
        return next;
    end;
end $$;
