-- A signing key never changes, but what it is sealed with may.
grant update (sealed) on tenancy.signing_keys to tradeflow_system;
