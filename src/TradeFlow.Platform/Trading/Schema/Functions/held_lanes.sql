-- How many lanes stand in a Worker's name, and a sum over them. An epoch only rises, and another lane has another key: while both are what the Worker knows, no
-- lane of it has begun elsewhere.
create or replace function trading.held_lanes(p_holder text, out held bigint, out print numeric)
    language sql stable as $$
    select count(*), coalesce(sum(l.key), 0) * 4294967296 + coalesce(sum(l.epoch), 0) from trading.lanes l where l.holder = p_holder
$$;
