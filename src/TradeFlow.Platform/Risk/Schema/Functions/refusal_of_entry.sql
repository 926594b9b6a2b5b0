-- Walks the checks of an entry in their order. p_gate is {"checks": [{"measure", "since", "currency", "limit", "given_up", "refusal"}…], "refusal": …}:
-- what has to be counted here, and the refusal that was decided without counting and comes after them, if any. given_up names the positions that
-- the entry closes first. measured has what was counted, in the order of the checks.
create or replace function risk.refusal_of_entry(p_tenant uuid, p_gate jsonb, out refusal jsonb, out measured numeric[]) language plpgsql as $$
declare
    c jsonb;
    v numeric;
begin
    measured := '{}';
    for c in select value from jsonb_array_elements(p_gate -> 'checks') loop
        v := trim_scale(risk.measure(c ->> 'measure', p_tenant, (c ->> 'since')::timestamptz, c ->> 'currency'));
        if c ? 'given_up' then v := v - risk.places_given_up(p_tenant, c -> 'given_up'); end if;
        measured := measured || v;
        if v >= (c ->> 'limit')::numeric then
            refusal := (c -> 'refusal') || jsonb_build_object('value', v);
            return;
        end if;
    end loop;
    refusal := p_gate -> 'refusal';
end $$;
