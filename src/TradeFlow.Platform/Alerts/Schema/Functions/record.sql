-- Many signals in one round trip and one commit; the arrays run side by side. They are taken tenant by tenant and account by account, so that two
-- batches cannot wait for each other's turns and lanes crosswise, and in the order of the arrays within an account. A lane that somebody holds on to
-- fails the batch soon, so that the caller can go on without that account.
create or replace function alerts.record(
    p_webhook uuid[], p_order uuid[], p_tenant uuid[], p_account uuid[], p_version bigint[], p_broker text[], p_received_at timestamptz[],
    p_method text[], p_path text[], p_payload text[], p_dedupe_key text[], p_dedupe_for interval[], p_hold_for interval[], p_after uuid[],
    p_body_hash bytea[], p_replay_of uuid[], p_client_order_id text[], p_action text[], p_intent jsonb[], p_symbol text[], p_side text[],
    p_type text[], p_qty numeric[], p_price numeric[], p_valid_until timestamptz[], p_gate jsonb[])
    returns table (webhook uuid, outcome text, first_webhook uuid, first_order uuid, first_received_at timestamptz, refusal jsonb, measured numeric[])
    language plpgsql set lock_timeout = '400ms' as $$
declare
    i int;
    counts boolean;
    tenant uuid;
begin
    for i, tenant, counts in
        select s.i, s.tenant, s.counts and s.place = 1
        from (select t.tenant, t.account, t.i, bool_or(t.counts) over (partition by t.tenant) as counts, row_number() over (partition by t.tenant order by t.account, t.i) as place
              from (select u.tenant, u.account, u.i, coalesce(jsonb_array_length(u.gate -> 'checks') > 0, false) as counts
                    from unnest(p_tenant, p_account, p_gate) with ordinality as u (tenant, account, gate, i)) t) s
        order by s.tenant, s.account, s.i
    loop
        if counts then perform risk.take_turn(tenant); end if;
        webhook := p_webhook[i];
        select r.outcome, r.first_webhook, r.first_order, r.first_received_at, r.refusal, r.measured into outcome, first_webhook, first_order, first_received_at, refusal, measured
            from alerts.record_one(p_webhook[i], p_order[i], p_tenant[i], p_account[i], p_version[i], p_broker[i], p_received_at[i],
                p_method[i], p_path[i], p_payload[i], p_dedupe_key[i], p_dedupe_for[i], p_hold_for[i], p_after[i],
                p_body_hash[i], p_replay_of[i], p_client_order_id[i], p_action[i], p_intent[i], p_symbol[i], p_side[i],
                p_type[i], p_qty[i], p_price[i], p_valid_until[i], p_gate[i]) r;
        return next;
    end loop;
end $$;
