-- When everything ended that the person had let programs do: the tables of what was granted stand elsewhere, and hear of it by a trigger.
alter table tenancy.users add column programs_ended_at timestamptz;
