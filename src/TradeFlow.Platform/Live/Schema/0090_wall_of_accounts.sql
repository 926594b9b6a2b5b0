-- What a notification is about; null is nothing in particular. What adds up several accounts is for whoever sees each of them.
alter table live.notifications add column accounts uuid[];

alter table live.notifications no force row level security;
update live.notifications set accounts = array[(data ->> 'account_id')::uuid]
    where data ->> 'account_id' ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
alter table live.notifications force row level security;

create policy account_wall on live.notifications as restrictive to tradeflow_app
    using ((select kernel.are_listed()) <> 1 or accounts is null or accounts <@ (select kernel.current_accounts()))
    with check ((select kernel.are_listed()) <> 1 or accounts is null or accounts <@ (select kernel.current_accounts()));
