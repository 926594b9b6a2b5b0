-- Counts the attempt before the password is looked at, so that attempts side by side cannot outrun the count. Success takes the row away.
create or replace function tenancy.begin_sign_in(p_key bytea, p_allowed int, out locked_for interval, out failures_before int, out rounds_before int)
    language plpgsql as $$
declare
    state tenancy.sign_in_locks;
begin
    insert into tenancy.sign_in_locks as l (email_key, failures) values (p_key, 0)
        on conflict (email_key) do update set updated_at = now() returning l.* into state;
    failures_before := state.failures;
    rounds_before := state.rounds;
    if state.locked_until > clock_timestamp() then
        locked_for := state.locked_until - clock_timestamp();
        return;
    end if;
    if state.failures + 1 >= p_allowed then
        update tenancy.sign_in_locks set failures = 0, rounds = least(state.rounds + 1, 10),
            locked_until = clock_timestamp() + least(interval '1 minute' * power(2, state.rounds), interval '1 hour') where email_key = p_key;
    else
        update tenancy.sign_in_locks set failures = state.failures + 1, locked_until = null where email_key = p_key;
    end if;
end $$;
