-- What vouches for a plugin's files, and who has signed them. Rows are the Workers' own and written anew within seconds.
alter table connectors.plugins
    add column trust text not null default 'None' check (trust in ('None', 'Lock', 'Signature')),
    add column publisher text,
    add column key_id text;
