-- The key pair by which services of browsers know who pushes. It is made once: a subscription of a browser is good for the key that it was made with, and for no other.
create table delivery.push_keys (
    one boolean primary key default true check (one),
    public_key text not null,
    sealed bytea not null,
    created_at timestamptz not null
);
grant select, insert, update (sealed) on delivery.push_keys to tradeflow_system;
