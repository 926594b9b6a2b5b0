-- What a target would enter is refused; what it would get out of is not.
create or replace function trading.refuse_entry_half(p_id uuid, p_refusal jsonb) returns void language plpgsql as $$
begin
    update trading.orders set entry_refusal = p_refusal where id = p_id;
end $$;
