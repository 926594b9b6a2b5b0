-- Keeps the newest report of a terminal. A report that is the same as before is not written again, only its time. Prices of symbols that this report leaves out
-- stay, as long as there are not too many: then those of this report are all.
create or replace function connectors.keep_report(p_account uuid, p_tenant uuid, p_at timestamptz, p_report text, p_quotes jsonb) returns void
    language plpgsql as $$
declare
    most constant int := 5000;
    quoted jsonb;
begin
    if p_quotes <> '{}' then
        select r.quotes || p_quotes into quoted from connectors.agent_reports r where r.account_id = p_account;
        if quoted is null or (select count(*) from jsonb_object_keys(quoted)) > most then quoted := p_quotes; end if;
    end if;
    insert into connectors.agent_reports as r (account_id, tenant_id, received_at, report, quotes) values (p_account, p_tenant, p_at, p_report, coalesce(quoted, '{}'))
        on conflict (account_id) do update set
            received_at = excluded.received_at,
            -- The value itself, where it is the same: PostgreSQL then leaves what is stored outside of the row where it is.
            report = case when r.report = excluded.report then r.report else excluded.report end,
            quotes = coalesce(quoted, r.quotes);
end $$;
