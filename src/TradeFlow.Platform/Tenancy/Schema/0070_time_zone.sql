-- Where a person wants times told: an IANA zone, or "local" for wherever they look. Nothing, as long as they have not chosen.
alter table tenancy.users add column time_zone text;
