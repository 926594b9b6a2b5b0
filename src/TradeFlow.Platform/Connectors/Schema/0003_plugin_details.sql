-- What an administrator is shown besides: how many sessions run on the version, and what its conformance report says.
alter table connectors.plugins
    add column sessions int not null default 0,
    add column conformance jsonb;
