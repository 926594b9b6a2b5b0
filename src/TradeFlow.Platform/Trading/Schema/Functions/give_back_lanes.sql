-- Gives lanes back, each if its epoch is still the newest; the arrays run side by side. They are locked account by account, as by trading.begin_epochs.
create or replace function trading.give_back_lanes(p_patience text, p_accounts uuid[], p_epochs bigint[]) returns void language plpgsql as $$
begin
    perform set_config('lock_timeout', p_patience, true);
    perform from trading.lanes l where l.account_id = any (p_accounts) order by l.account_id for no key update;
    update trading.lanes l set holder = null from unnest(p_accounts, p_epochs) as t (account, epoch) where l.account_id = t.account and l.epoch = t.epoch;
end $$;
