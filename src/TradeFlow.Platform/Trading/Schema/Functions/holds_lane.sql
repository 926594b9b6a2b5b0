create or replace function trading.holds_lane(p_account uuid, p_worker uuid) returns boolean language plpgsql stable as $$
begin
    return exists (
        select 1 from trading.lanes l join trading.workers w on w.id = l.worker_id
        where l.account_id = p_account and l.worker_id = p_worker and w.lease_until > clock_timestamp());
end $$;
