-- The accounts that a member sees and trades; null is all of them, those to come included. An owner always sees all.
alter table tenancy.memberships add column accounts uuid[],
    add constraint owners_see_all check (accounts is null or role <> 'owner');
alter table tenancy.invitations add column accounts uuid[],
    add constraint invited_owners_see_all check (accounts is null or role <> 'owner');
