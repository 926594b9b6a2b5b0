-- Each row of the audit log names its place and holds the hash of the row before it: a row that is changed, taken out or slipped in breaks the chain of
-- its tenant from there on. The head serialises the writers of one tenant until they commit, so that the chain cannot fork.
create table tenancy.audit_heads (
    tenant_id uuid primary key references tenancy.tenants (id),
    seq bigint not null,
    hash bytea not null
);
select kernel.protect('tenancy.audit_heads');
revoke delete on tenancy.audit_heads from tradeflow_app, tradeflow_system;

alter table tenancy.audit_log add column seq bigint, add column prev_hash bytea, add column hash bytea;

-- sha256 over the hash before and the row as a JSON array. The verifier does not call this function: it computes the same by itself.
create function tenancy.audit_hash(r tenancy.audit_log) returns bytea language sql immutable as $$
    select sha256(r.prev_hash || convert_to(jsonb_build_array(
        r.seq, r.id, r.tenant_id, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), r.actor, r.action, r.subject, r.detail)::text, 'UTF8'))
$$;

create function tenancy.chain_audit() returns trigger language plpgsql as $$
begin
    insert into tenancy.audit_heads as h (tenant_id, seq, hash) values (new.tenant_id, 1, '')
        on conflict (tenant_id) do update set seq = h.seq + 1 returning h.seq, h.hash into new.seq, new.prev_hash;
    new.hash := tenancy.audit_hash(new);
    update tenancy.audit_heads set hash = new.hash where tenant_id = new.tenant_id;
    return new;
end $$;

-- The rows from before, in the order of their times. The owner is let past the wall and the lock for this one transaction.
alter table tenancy.audit_log no force row level security;
alter table tenancy.audit_heads no force row level security;
alter table tenancy.audit_log disable trigger append_only;
do $$
declare
    r tenancy.audit_log;
begin
    for r in select * from tenancy.audit_log order by tenant_id, at, id loop
        insert into tenancy.audit_heads as h (tenant_id, seq, hash) values (r.tenant_id, 1, '')
            on conflict (tenant_id) do update set seq = h.seq + 1 returning h.seq, h.hash into r.seq, r.prev_hash;
        r.hash := tenancy.audit_hash(r);
        update tenancy.audit_log set seq = r.seq, prev_hash = r.prev_hash, hash = r.hash where id = r.id;
        update tenancy.audit_heads set hash = r.hash where tenant_id = r.tenant_id;
    end loop;
end $$;
alter table tenancy.audit_log enable trigger append_only;
alter table tenancy.audit_log force row level security;
alter table tenancy.audit_heads force row level security;

alter table tenancy.audit_log alter column seq set not null, alter column prev_hash set not null, alter column hash set not null;
create unique index audit_log_chain on tenancy.audit_log (tenant_id, seq);
create trigger chain_audit before insert on tenancy.audit_log for each row execute function tenancy.chain_audit();

-- Heads signed with a key that PostgreSQL does not have: whoever can write the tables can compute a new chain, but not these.
create table tenancy.audit_seals (
    tenant_id uuid not null references tenancy.tenants (id),
    seq bigint not null,
    hash bytea not null,
    at timestamptz not null default now(),
    signature bytea not null,
    primary key (tenant_id, seq)
);
select kernel.protect('tenancy.audit_seals');
revoke update, delete on tenancy.audit_seals from tradeflow_app, tradeflow_system;
create trigger append_only before update or delete on tenancy.audit_seals for each row execute function tenancy.refuse_change();
create trigger append_only_truncate before truncate on tenancy.audit_seals for each statement execute function tenancy.refuse_change();
