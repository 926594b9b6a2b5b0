create or replace function trading.holds_lane(p_account uuid, p_worker uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select 1 from trading.lanes where account_id = p_account and worker_id = p_worker and lease_until > clock_timestamp());
end $$;
