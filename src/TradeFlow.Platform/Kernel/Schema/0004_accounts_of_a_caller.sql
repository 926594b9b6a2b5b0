-- The accounts that the caller of the current transaction sees; null is all of the tenant's.
create function kernel.current_accounts() returns uuid[]
    language sql stable parallel safe
    as $$ select nullif(current_setting('app.accounts', true), '')::uuid[] $$;

-- 1 where these are a list, 0 where they are all.
create function kernel.are_listed() returns int
    language sql stable parallel safe
    as $$ select case when coalesce(current_setting('app.accounts', true), '') = '' then 0 else 1 end $$;

-- Puts a table whose rows belong to an account behind a second wall, which narrows the tenant's. A row of no account is the tenant's own.
-- "Is not 1" is asked on purpose: the planner takes it to hold for nearly every row, and so expects as many rows as without this wall. Of "is null"
-- it expects hardly a row, and plans for hardly a row: it then reads a day's fills anew for each account. For whoever sees all accounts it costs the
-- comparison of two numbers.
create function kernel.protect_accounts(target regclass, account name default 'account_id') returns void
    language plpgsql as $$
begin
    execute format($policy$create policy account_wall on %1$s as restrictive to tradeflow_app
        using ((select kernel.are_listed()) <> 1 or %2$I is null or %2$I = any ((select kernel.current_accounts())::uuid[]))
        with check ((select kernel.are_listed()) <> 1 or %2$I is null or %2$I = any ((select kernel.current_accounts())::uuid[]))$policy$, target, account);
end $$;
