-- Counts a try before the secret is looked at, so that tries side by side cannot outrun the count. After p_allowed of them without a success the next ones
-- wait, from the last counted one on: a minute, doubling to an hour. Success takes the row away; a try that turned out to be none takes itself back, by its round.
create or replace function tenancy.begin_sign_in(p_key bytea, p_allowed int, out locked_for interval, out round int)
    language plpgsql as $$
declare
    state tenancy.sign_in_locks;
begin
    insert into tenancy.sign_in_locks as l (key, failures) values (p_key, 0)
        on conflict (key) do update set failures = l.failures returning l.* into state;
    if state.failures >= p_allowed then
        update tenancy.sign_in_locks set failures = 0, rounds = least(state.rounds + 1, 10),
            locked_until = state.updated_at + least(interval '1 minute' * power(2, state.rounds), interval '1 hour') where key = p_key returning * into state;
    end if;
    round := state.rounds;
    if state.locked_until > clock_timestamp() then
        locked_for := state.locked_until - clock_timestamp();
        return;
    end if;
    update tenancy.sign_in_locks set failures = state.failures + 1, locked_until = null, updated_at = clock_timestamp() where key = p_key;
end $$;
