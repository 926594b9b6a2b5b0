-- What is known of the tenant's payments. billing_status says what that means for its plan; it is made anew from the subscriptions with every reading.
alter table billing.billing_status
    add column stripe_customer_id text unique,
    add column stripe_subscription_id text,
    add column price_id text,
    add column current_period_end timestamptz,
    add column cancel_at_period_end boolean not null default false,
    -- The trial ended early: a subscription took its place.
    add column trial_end timestamptz,
    add column past_due_since timestamptz,
    -- When all subscriptions of the customer were last listed, for events that never came.
    add column reread_at timestamptz;

-- One row per subscription that Stripe ever spoke of, as it was when it was last fetched. A row is due for a fetch while wanted is above seen; whoever fetches holds the
-- lease, so that two answers cannot be applied in the wrong order.
create table billing.subscriptions (
    id text primary key,
    -- Null until a fetch has shown whose it is.
    tenant_id uuid references tenancy.tenants (id),
    -- The tenant that a Checkout session named, before the fetch.
    named_tenant uuid,
    customer_id text,
    status text,
    price_id text,
    lookup_key text,
    livemode boolean,
    current_period_end timestamptz,
    cancel_at_period_end boolean not null default false,
    started_at timestamptz,
    past_due_since timestamptz,
    fetched_at timestamptz,
    wanted bigint not null default 1,
    seen bigint not null default 0,
    due_at timestamptz not null default now(),
    attempts int not null default 0,
    lease uuid,
    lease_until timestamptz
);
create index subscriptions_by_tenant on billing.subscriptions (tenant_id);
create index subscriptions_by_customer on billing.subscriptions (customer_id);
create index subscriptions_due on billing.subscriptions (due_at) where wanted > seen;
select kernel.protect('billing.subscriptions');

-- Each event once. What it says beyond its ids is not kept: it only says that something is to be fetched.
create table billing.stripe_events (
    id text primary key,
    type text not null,
    api_version text,
    livemode boolean not null,
    created timestamptz not null,
    received_at timestamptz not null default now(),
    subscription_id text,
    customer_id text,
    -- taken: what it is about is fetched; ignored: it is about nothing of ours; parked: of another version, an operator looks at it.
    state text not null check (state in ('taken', 'ignored', 'parked'))
);
create index stripe_events_by_time on billing.stripe_events (received_at);
grant select, insert, update, delete on billing.stripe_events to tradeflow_system;

-- A call that creates something at Stripe, written before it is made: its key and its body are what a repeat sends again.
create table billing.stripe_calls (
    id uuid primary key,
    tenant_id uuid not null references tenancy.tenants (id),
    kind text not null check (kind in ('customer', 'checkout')),
    -- What was asked for, to know a repeat by.
    purpose text not null,
    idempotency_key text not null unique,
    form text not null,
    created_at timestamptz not null,
    -- open: the answer is not known; done: it is below; refused: Stripe said no, the next one is a new call.
    state text not null default 'open' check (state in ('open', 'done', 'refused')),
    result_id text,
    result_url text
);
create index stripe_calls_by_purpose on billing.stripe_calls (tenant_id, kind, purpose, created_at desc);
create unique index stripe_calls_one_open on billing.stripe_calls (tenant_id, kind, purpose) where state = 'open';
select kernel.protect('billing.stripe_calls');

-- Writes an event down once and marks what it is about for a fetch. True when it is new.
create function billing.take_event(
    p_id text, p_type text, p_api_version text, p_livemode boolean, p_created timestamptz, p_subscription text, p_customer text, p_named_tenant uuid, p_state text) returns boolean
    language plpgsql as $$
begin
    insert into billing.stripe_events (id, type, api_version, livemode, created, subscription_id, customer_id, state)
        values (p_id, p_type, p_api_version, p_livemode, p_created, p_subscription, p_customer, p_state) on conflict (id) do nothing;
    if not found then return false; end if;
    if p_state = 'taken' then perform billing.want(p_subscription, p_customer, p_named_tenant); end if;
    return true;
end $$;

-- Marks a subscription, or all known ones of a customer, for a fetch.
create function billing.want(p_subscription text, p_customer text, p_named_tenant uuid) returns void
    language plpgsql as $$
begin
    if p_subscription is not null then
        insert into billing.subscriptions as s (id, customer_id, named_tenant) values (p_subscription, p_customer, p_named_tenant)
            on conflict (id) do update set wanted = s.wanted + 1, due_at = now(), attempts = 0, named_tenant = coalesce(s.named_tenant, excluded.named_tenant);
    elsif p_customer is not null then
        -- The next round lists them all. The plan before the subscriptions, as everywhere.
        update billing.billing_status set reread_at = null where stripe_customer_id = p_customer;
        update billing.subscriptions set wanted = wanted + 1, due_at = now(), attempts = 0 where customer_id = p_customer;
    end if;
end $$;
