-- Makes the accounts beyond the plan exit-only, all of them while the tenant is about to go, and takes the others back. Those that the user chose stay
-- first, then the oldest. Answers those that have changed.
create or replace function accounts.apply_plan(p_tenant uuid, p_brokers int, p_accounts_per_broker int) returns setof uuid
    language sql as $$
    with ordered as (
        select id, broker,
            row_number() over (partition by broker order by plan_rank nulls last, created_at, id) as place,
            first_value(plan_rank) over by_rank as broker_rank, min(created_at) over (partition by broker) as broker_since
        from accounts.accounts where tenant_id = p_tenant and deleted_at is null
        window by_rank as (partition by broker order by plan_rank nulls last)
    ), placed as (
        select id, place, dense_rank() over (order by broker_rank nulls last, broker_since, broker) as broker_place from ordered
    ), wanted as (
        select id, place > coalesce(p_accounts_per_broker, place) or broker_place > coalesce(p_brokers, broker_place)
            or exists (select from tenancy.tenants t where t.id = p_tenant and t.deletes_at is not null) as exit_only
        from placed
    )
    update accounts.accounts a set exit_only = w.exit_only from wanted w where w.id = a.id and a.exit_only <> w.exit_only returning a.id
$$;
