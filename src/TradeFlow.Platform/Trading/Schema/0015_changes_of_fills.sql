-- Who reckons from fills follows their changes. changed_at of an account grows with every commit, as its fills are written under
-- trading.lock_positions; num tells which of two fills of one moment came first.
alter table trading.fills
    add column num bigint generated always as identity,
    add column changed_at timestamptz not null default clock_timestamp();
create index fills_changed on trading.fills (account_id, changed_at);
create index fills_by_symbol on trading.fills (account_id, symbol, at, num);
create index fills_of_position on trading.fills (account_id, broker_position_id) where broker_position_id is not null;
create index positions_closed on trading.positions (account_id, updated_at) where status = 'CLOSED';
