create schema alerts;
select kernel.open_schema('alerts');

create table alerts.webhooks_log (
    id uuid not null,
    tenant_id uuid not null,
    account_id uuid not null,
    broker text not null,
    received_at timestamptz not null,
    method text not null,
    path text not null,
    -- The HTTP status of the answer; null between the record and the answer, and for ever when the process died in between.
    status int,
    code text,
    order_id uuid,
    duplicate_of uuid,
    replay_of uuid,
    latency_ms numeric(12, 3),
    stages jsonb,
    payload text not null,
    response jsonb,
    error text,
    checks jsonb,
    primary key (id, received_at)
) partition by range (received_at);
create index webhooks_log_by_account on alerts.webhooks_log (account_id, received_at desc);
create index webhooks_log_by_tenant on alerts.webhooks_log (tenant_id, received_at desc);
create index webhooks_log_by_order on alerts.webhooks_log (order_id);
select kernel.ensure_partitions('alerts.webhooks_log');
create table alerts.webhooks_log_other partition of alerts.webhooks_log default;
select kernel.protect('alerts.webhooks_log');

-- What makes a signal idempotent. A row that has expired is taken over by the next signal with its key.
create table alerts.dedupe (
    account_id uuid not null,
    dedupe_key text not null,
    tenant_id uuid not null,
    body_hash bytea not null,
    webhook_id uuid not null,
    order_id uuid not null,
    received_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (account_id, dedupe_key)
);
create index dedupe_by_expiry on alerts.dedupe (expires_at);
select kernel.protect('alerts.dedupe');

-- The checks of an entry that must be decided in the transaction that records it: plan and trial, then risk. None yet: null lets it pass.
-- A refusal is {"status": 402 or 403, "code": "…", "error": "…", "limit": …, "value": …}.
create function alerts.refusal_of_entry(p_tenant uuid, p_account uuid, p_symbol text, p_at timestamptz) returns jsonb language sql stable as $$
    select null::jsonb
$$;

-- Records one signal: the log row, what makes it idempotent, and its order in the lane of the account, in the transaction of the caller.
-- outcome: 'recorded'; 'stale' (the account has changed since p_version: read it again and ask anew); 'duplicate' (first_* is the signal that it
-- repeats); 'reused' (its id belongs to another body); 'refused' (see refusal). Nothing is written unless it is 'recorded'.
-- Asked again with the same p_webhook, which happens when the fate of a commit is not known, it answers 'recorded' and writes nothing.
create function alerts.record_one(
    p_webhook uuid, p_order uuid, p_tenant uuid, p_account uuid, p_version bigint, p_broker text, p_received_at timestamptz, p_method text, p_path text,
    p_payload text, p_dedupe_key text, p_dedupe_for interval, p_body_hash bytea, p_replay_of uuid, p_client_order_id text,
    p_action text, p_intent jsonb, p_symbol text, p_side text, p_type text, p_qty numeric, p_price numeric, p_valid_until timestamptz,
    out outcome text, out first_webhook uuid, out first_order uuid, out first_received_at timestamptz, out refusal jsonb)
    language plpgsql as $$
declare
    account record;
    holder alerts.dedupe;
begin
    -- Without a lock: a change that commits after this read was asked for at the same time as this signal, and the claim reads the account again.
    select version, stop_epoch into account from accounts.accounts where id = p_account and deleted_at is null;
    if not found or account.version <> p_version then
        if exists (select 1 from alerts.webhooks_log where id = p_webhook and received_at = p_received_at) then outcome := 'recorded'; else outcome := 'stale'; end if;
        return;
    end if;

    if p_dedupe_key is not null then
        insert into alerts.dedupe as d (account_id, dedupe_key, tenant_id, body_hash, webhook_id, order_id, received_at, expires_at)
            values (p_account, p_dedupe_key, p_tenant, p_body_hash, p_webhook, p_order, p_received_at, p_received_at + p_dedupe_for)
            on conflict (account_id, dedupe_key) do update
                set body_hash = excluded.body_hash, webhook_id = excluded.webhook_id, order_id = excluded.order_id,
                    received_at = excluded.received_at, expires_at = excluded.expires_at
                where d.expires_at <= excluded.received_at;
        if not found then
            select * into holder from alerts.dedupe where account_id = p_account and dedupe_key = p_dedupe_key;
            outcome := case when holder.webhook_id = p_webhook then 'recorded' when holder.body_hash = p_body_hash then 'duplicate' else 'reused' end;
            first_webhook := holder.webhook_id;
            first_order := holder.order_id;
            first_received_at := holder.received_at;
            return;
        end if;
    elsif exists (select 1 from alerts.webhooks_log where id = p_webhook and received_at = p_received_at) then
        outcome := 'recorded';
        return;
    end if;

    -- Exits are never held back: a trader can always get out.
    if p_action in ('open', 'reverse') then
        refusal := alerts.refusal_of_entry(p_tenant, p_account, p_symbol, p_received_at);
        if refusal is not null then
            -- What was refused may be asked again: it did nothing.
            delete from alerts.dedupe where account_id = p_account and dedupe_key = p_dedupe_key and webhook_id = p_webhook;
            outcome := 'refused';
            return;
        end if;
    end if;

    insert into alerts.webhooks_log (id, tenant_id, account_id, broker, received_at, method, path, payload, order_id, replay_of)
        values (p_webhook, p_tenant, p_account, p_broker, p_received_at, p_method, p_path, p_payload, p_order, p_replay_of);
    perform trading.enqueue_order(p_order, p_tenant, p_account, p_broker, p_webhook, null, null, p_client_order_id, p_action, p_intent, p_symbol, p_side,
        p_type, p_qty, p_price, account.stop_epoch, p_received_at, p_valid_until);
    outcome := 'recorded';
end $$;

-- Many signals in one round trip and one commit; the arrays run side by side. They are taken account by account, so that two batches cannot wait for
-- each other's lanes crosswise, and in the order of the arrays within an account. A lane that somebody holds on to fails the batch soon, so that the
-- caller can go on without that account.
create function alerts.record(
    p_webhook uuid[], p_order uuid[], p_tenant uuid[], p_account uuid[], p_version bigint[], p_broker text[], p_received_at timestamptz[], p_method text[],
    p_path text[], p_payload text[], p_dedupe_key text[], p_dedupe_for interval[], p_body_hash bytea[], p_replay_of uuid[], p_client_order_id text[],
    p_action text[], p_intent jsonb[], p_symbol text[], p_side text[], p_type text[], p_qty numeric[], p_price numeric[], p_valid_until timestamptz[])
    returns table (webhook uuid, outcome text, first_webhook uuid, first_order uuid, first_received_at timestamptz, refusal jsonb)
    language plpgsql set lock_timeout = '400ms' as $$
declare
    i int;
begin
    for i in select s.i from unnest(p_account) with ordinality as s (account, i) order by s.account, s.i loop
        webhook := p_webhook[i];
        select r.outcome, r.first_webhook, r.first_order, r.first_received_at, r.refusal into outcome, first_webhook, first_order, first_received_at, refusal
            from alerts.record_one(p_webhook[i], p_order[i], p_tenant[i], p_account[i], p_version[i], p_broker[i], p_received_at[i], p_method[i], p_path[i],
                p_payload[i], p_dedupe_key[i], p_dedupe_for[i], p_body_hash[i], p_replay_of[i], p_client_order_id[i], p_action[i], p_intent[i], p_symbol[i],
                p_side[i], p_type[i], p_qty[i], p_price[i], p_valid_until[i]) r;
        return next;
    end loop;
end $$;
