-- Keeps what a terminal can trade: at most 5,000 symbols, those of this report first and then those that were told of last. What nobody has told of for an
-- hour is forgotten. The list is looked at when it is another one than before, and every ten minutes; it is written when something in it has changed.
create or replace function connectors.keep_symbols(p_account uuid, p_tenant uuid, p_at timestamptz, p_symbols text) returns void
    language plpgsql as $$
declare
    most constant int := 5000;
    every constant interval := '10 minutes';
    told_digest constant bigint := hashtextextended(p_symbols, 0);
    told_at constant timestamptz := date_bin(every, p_at, 'epoch');
    told jsonb;
    kept jsonb;
    merged jsonb;
begin
    perform from connectors.agent_symbols s where s.account_id = p_account and s.digest = told_digest and s.seen_at = told_at;
    if found then return; end if;

    told := p_symbols::jsonb;
    select s.symbols into kept from connectors.agent_symbols s where s.account_id = p_account;
    select coalesce(jsonb_object_agg(one.symbol, one.rules), '{}') into merged from (
        select t.key as symbol, t.value || jsonb_build_object('seen_at', told_at) as rules, true as is_told, told_at as seen_at from jsonb_each(told) t
        union all
        select k.key, k.value, false, (k.value ->> 'seen_at')::timestamptz from jsonb_each(kept) k
            where not told ? k.key and (k.value ->> 'seen_at')::timestamptz > p_at - interval '1 hour' - every
        order by is_told desc, seen_at desc limit most) one;

    if merged is distinct from kept then
        insert into connectors.agent_symbols as s (account_id, tenant_id, symbols, digest, seen_at) values (p_account, p_tenant, merged, told_digest, told_at)
            on conflict (account_id) do update set symbols = excluded.symbols, digest = excluded.digest, seen_at = excluded.seen_at;
    else
        update connectors.agent_symbols s set digest = told_digest, seen_at = told_at where s.account_id = p_account;
    end if;
end $$;
