-- Beyond what the plan allows: entries are refused, exits pass. Nothing is deleted by a downgrade.
alter table accounts.accounts
    add column exit_only boolean not null default false,
    -- The user's choice of the accounts that stay in use on a smaller plan: the lower first, then the oldest.
    add column plan_rank int;

create or replace function accounts.bump_version() returns trigger language plpgsql as $$
begin
    if (new.enabled, new.dedupe_seconds, new.multiplier, new.stop_epoch, new.status, new.deleted_at, new.currency, new.exit_only)
       is distinct from (old.enabled, old.dedupe_seconds, old.multiplier, old.stop_epoch, old.status, old.deleted_at, old.currency, old.exit_only) then
        new.version := old.version + 1;
    end if;
    return new;
end $$;

-- Makes the accounts beyond the plan exit-only and takes those within it back; null is no limit. The caller holds the tenant's plan (billing_status, for update).
-- Answers the accounts that have changed.
create function accounts.apply_plan(p_tenant uuid, p_brokers int, p_accounts_per_broker int) returns setof uuid
    language sql as $$
    with ordered as (
        select id, broker,
            row_number() over (partition by broker order by plan_rank nulls last, created_at, id) as place,
            first_value(plan_rank) over by_rank as broker_rank, min(created_at) over (partition by broker) as broker_since
        from accounts.accounts where tenant_id = p_tenant and deleted_at is null
        window by_rank as (partition by broker order by plan_rank nulls last)
    ), placed as (
        select id, place, dense_rank() over (order by broker_rank nulls last, broker_since, broker) as broker_place from ordered
    )
    update accounts.accounts a set exit_only = p.place > coalesce(p_accounts_per_broker, p.place) or p.broker_place > coalesce(p_brokers, p.broker_place)
        from placed p where p.id = a.id and a.exit_only <> (p.place > coalesce(p_accounts_per_broker, p.place) or p.broker_place > coalesce(p_brokers, p.broker_place))
        returning a.id
$$;

-- What an entry on such an account is told.
create function accounts.exit_only_refusal() returns jsonb language sql immutable as $$
    select jsonb_build_object('status', 402, 'code', 'plan.limit_reached',
        'error', 'This account is beyond what your plan allows: it can close positions, but not open new ones. Upgrade, or choose it on the billing page.')
$$;
