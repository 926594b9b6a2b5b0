-- Notifications leave the house too: each is handed to the channels of its tenant once. Those from before have had their time.
alter table live.notifications add column sent_out boolean not null default true;
alter table live.notifications alter column sent_out set default false;
create index notifications_to_send on live.notifications (at) where not sent_out;

-- About one person, and shown to nobody else of the tenant.
alter table live.notifications add column user_id uuid;

-- What is told once, by whatever process finds it.
alter table live.notifications add column once text;
create unique index notifications_once on live.notifications (tenant_id, once) where once is not null;
