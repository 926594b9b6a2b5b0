-- A change that a decision on a signal reads makes a new version of the account: a replica that has an older one is told to read again.
create or replace function accounts.bump_version() returns trigger language plpgsql as $$
begin
    if (new.enabled, new.dedupe_seconds, new.multiplier, new.stop_epoch, new.status, new.deleted_at, new.currency, new.exit_only, new.max_age_seconds,
        new.default_size_mode, new.default_size_value, new.stop_unit, new.on_gap, new.tradingview_only)
       is distinct from
       (old.enabled, old.dedupe_seconds, old.multiplier, old.stop_epoch, old.status, old.deleted_at, old.currency, old.exit_only, old.max_age_seconds,
        old.default_size_mode, old.default_size_value, old.stop_unit, old.on_gap, old.tradingview_only) then
        new.version := old.version + 1;
    end if;
    return new;
end $$;
