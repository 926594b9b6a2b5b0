-- A signal that says where a strategy wants to be. What that takes is found when its turn comes; until then it is counted as the most it may be.
alter table trading.orders
    -- True until it is found.
    add column unplanned boolean not null default false,
    -- Why a rule, the plan or the account lets it enter nothing, should it want to: {"status", "code", "error", …}. Getting out is not touched by it.
    add column entry_refusal jsonb,
    -- The sender held something else before than the account: a message was missed.
    add column gap boolean not null default false;
