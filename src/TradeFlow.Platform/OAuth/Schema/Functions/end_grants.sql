-- Ends what a person has let programs do: in one tenant or in all, one program or all.
create or replace function oauth.end_grants(p_user uuid, p_tenant uuid, p_app uuid default null) returns bigint language sql as $$
    with ended as (
        update oauth.grants set status = 'revoked', concurrency_token = gen_random_uuid()::text
        where user_id = p_user and tenant_id = coalesce(p_tenant, tenant_id) and app_id = coalesce(p_app, app_id) and status = 'valid' returning id),
    cut as (
        update oauth.tokens set status = 'revoked', concurrency_token = gen_random_uuid()::text
        where grant_id in (select id from ended) and status <> 'revoked' returning 1)
    select (select count(*) from ended) + 0 * (select count(*) from cut);
$$;
