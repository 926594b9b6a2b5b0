-- Accounts whose trades do not follow their fills and positions yet: two looks into an index for each account.
create or replace function insights.behind(p_now timestamptz) returns setof uuid language sql stable as $$
    select a.id
    from accounts.accounts a left join insights.accounts i on i.account_id = a.id
    where (select max(f.changed_at) from trading.fills f where f.account_id = a.id) > coalesce(i.fills_seen, '-infinity')
        or (select max(p.updated_at) from trading.positions p where p.account_id = a.id and p.status = 'CLOSED')
            > coalesce(i.positions_seen, '-infinity')
        or i.look_again_at <= p_now
$$;
