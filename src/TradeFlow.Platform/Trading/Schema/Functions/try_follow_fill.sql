-- trading.follow_fill, unless a rule of a table forbids it: that would come again at each try, and what became of the order must not be lost for it: the broker's next
-- reading brings the position as well. Anything else (a deadlock, a lost connection) undoes all of it and is tried again.
create or replace function trading.try_follow_fill(o trading.orders, p_was numeric) returns trading.orders language plpgsql as $$
begin
    return trading.follow_fill(o, p_was);
exception when integrity_constraint_violation or data_exception then
    perform trading.note(o, 'not_followed', jsonb_build_object('why', sqlerrm));
    return o;
end $$;
