-- One report of an agent: its results, its picture of the account, the lease, and the commands it takes along. One call, one commit.
-- verdict: 'holds' (has the lease), 'standby' (another instance has it), 'mismatch' (another login, server or mode: nothing is changed),
-- 'unpaired' (the account is connected in another way, or this is not its key any more), 'busy' (another report of the account is being taken: nobody
-- waits for it).
create or replace function connectors.agent_beat(
    p_account uuid, p_key uuid, p_instance text, p_login text, p_server text, p_mode text, p_platform text, p_version text,
    p_report text, p_symbols text, p_quotes jsonb, p_results jsonb, p_seen jsonb, p_lease interval, p_at_most int,
    out verdict text, out taken_at timestamptz, out own_login text, out own_server text, out own_mode text, out commands text[], out settled text[])
    language plpgsql as $$
declare
    agent connectors.agents;
    seen text[];
    is_new boolean;
begin
    taken_at := clock_timestamp();
    commands := '{}';
    settled := '{}';
    select * into agent from connectors.agents a where a.account_id = p_account for update skip locked;
    if not found then
        verdict := case when exists (select from connectors.agents a where a.account_id = p_account) then 'busy' else 'unpaired' end;
        return;
    end if;
    if agent.key_id is distinct from p_key then
        verdict := 'unpaired';
        return;
    end if;
    own_login := agent.login;
    own_server := agent.server;
    own_mode := agent.mode;
    if agent.login <> p_login or lower(agent.server) <> lower(p_server) or agent.mode <> coalesce(p_mode, agent.mode) then
        verdict := 'mismatch';
        update connectors.agents a set refused = format('%s at %s (%s)', p_login, p_server, coalesce(p_mode, agent.mode)), refused_at = taken_at where a.account_id = p_account;
        return;
    end if;

    -- A result is a fact, whoever brings it and however often.
    with told as (select r ->> 'id' as id, r ->> 'status' as status, r as result from jsonb_array_elements(p_results) r),
    done as (
        update connectors.agent_commands c set status = told.status, result = told.result, done_at = taken_at from told
        where c.account_id = p_account and c.id = told.id and (c.status = 'delivered' or (c.status = 'unknown' and told.status <> 'unknown'))
        returning c.id)
    select coalesce(array_agg(id), '{}') into settled from done;

    -- A position that bears the id of a command which was handed out proves that it was run, by an agent that has forgotten to say so.
    with shown as (select s ->> 'comment' as comment, (s ->> 'magic')::bigint as magic, s from jsonb_array_elements(p_seen) s),
    proven as (
        update connectors.agent_commands c
            set status = 'done', done_at = taken_at,
                result = shown.s || jsonb_build_object('id', c.id, 'status', 'done', 'code', 0, 'message', 'Seen among the positions.')
        from shown
        where c.account_id = p_account and c.status = 'delivered' and c.verb = 'open' and c.command ->> 'type' = 'Market'
            and (c.id = shown.comment or (c.magic <> 0 and c.magic = shown.magic))
        returning c.id)
    select coalesce(array_agg(id), '{}') into seen from proven;
    settled := settled || seen;

    if agent.instance is not null and agent.instance <> p_instance and agent.lease_until > taken_at then
        verdict := 'standby';
        update connectors.agents a set standby_instance = p_instance, standby_at = taken_at where a.account_id = p_account;
        return;
    end if;

    verdict := 'holds';
    is_new := agent.instance <> p_instance and p_instance <> all (agent.instances);
    update connectors.agents a set
        -- The last eight are known; the first one of all is no news.
        instances = case when p_instance = any (a.instances) then a.instances
            else (a.instances || p_instance)[greatest(1, cardinality(a.instances) - 6):] end,
        taken_over_at = case when is_new then taken_at else a.taken_over_at end,
        instance = p_instance, lease_until = taken_at + p_lease, first_beat = coalesce(a.first_beat, taken_at), last_beat = taken_at, online = true,
        platform = p_platform, agent_version = p_version, refused = null, refused_at = null,
        gap_ms = case when a.last_beat is null or not a.online then 3000
            else greatest(1000, least(3000, greatest(a.gap_ms * 0.8, extract(epoch from taken_at - a.last_beat) * 1000)))::int end
        where a.account_id = p_account;
    perform connectors.keep_report(p_account, agent.tenant_id, taken_at, p_report, p_quotes);
    if p_symbols <> '{}' then perform connectors.keep_symbols(p_account, agent.tenant_id, taken_at, p_symbols); end if;

    -- What one instance was handed no other one gets: it may have run it and be gone.
    with handed as (
        update connectors.agent_commands c
            set status = 'delivered', delivered_at = coalesce(c.delivered_at, taken_at), deliveries = c.deliveries + 1, instance = p_instance
        where c.account_id = p_account and c.status in ('queued', 'delivered') and c.expires_at > taken_at and coalesce(c.instance, p_instance) = p_instance
            and c.id in (
                select w.id from connectors.agent_commands w
                where w.account_id = p_account and w.status in ('queued', 'delivered') and w.expires_at > taken_at and coalesce(w.instance, p_instance) = p_instance
                order by w.seq limit p_at_most)
        returning c.seq, c.body || ',"expires":"' || to_char(c.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '"}' as line)
    select coalesce(array_agg(line order by seq), '{}') into commands from handed;
end $$;
