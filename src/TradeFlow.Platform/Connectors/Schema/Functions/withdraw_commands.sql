-- Takes back what no terminal has fetched yet, when the lane of the account goes to another worker: the order that it was for counts as
-- unknown from then on.
create or replace function connectors.withdraw_commands(p_account uuid) returns void language sql as $$
    update connectors.agent_commands set status = 'withdrawn' where account_id = p_account and status = 'queued'
$$;
