create or replace function trading.holds_lane(p_account uuid, p_epoch bigint) returns boolean language plpgsql stable as $$
begin
    return exists (select 1 from trading.lanes l where l.account_id = p_account and l.epoch = p_epoch);
end $$;
