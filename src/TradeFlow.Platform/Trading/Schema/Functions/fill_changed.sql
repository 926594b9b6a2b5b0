create or replace function trading.fill_changed() returns trigger language plpgsql as $$
begin
    new.changed_at := clock_timestamp();
    return new;
end $$;
create or replace trigger fill_changed before update on trading.fills for each row execute function trading.fill_changed();
