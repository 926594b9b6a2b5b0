using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.OAuth;

/// <summary>What the tables of programs are cleared of, and what stays.</summary>
public sealed class ForgottenTests(WorkerJobs jobs) : IClassFixture<WorkerJobs>
{
    [Fact]
    public async Task Tokens_go_a_day_after_their_end_then_the_log_ins_that_they_were_of_while_consents_stay()
    {
        await jobs.ExecuteAsync("""
            insert into tenancy.tenants (id, slug, name) values ('00000000-0000-0000-0000-0000000000a1', 'a', 'a');
            insert into tenancy.users (id, email, normalized_email, name, password_hash, security_stamp)
                values ('00000000-0000-0000-0000-0000000000b1', 'a@a', 'A@A', 'a', '', '');
            insert into oauth.apps (id, tenant_id, created_by, created_at, published, client_id, display_name, client_type, application_type, consent_type)
                values ('00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-0000000000a1', gen_random_uuid(), now(), true, 'c', 'c', 'public', 'web', 'explicit');
            insert into oauth.grants (id, tenant_id, user_id, app_id, created_at, type, status, subject, scopes)
                select id::uuid, '00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000c1',
                    now() - interval '40 days', type, status, 'b', '[]'
                from (values ('00000000-0000-0000-0000-0000000000d1', 'permanent', 'valid'), ('00000000-0000-0000-0000-0000000000d2', 'permanent', 'revoked'),
                    ('00000000-0000-0000-0000-0000000000d3', 'ad-hoc', 'valid'), ('00000000-0000-0000-0000-0000000000d4', 'ad-hoc', 'valid')) g (id, type, status);
            insert into oauth.tokens (id, app_id, grant_id, expires_at)
                values ('00000000-0000-0000-0000-0000000000e3', '00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-0000000000d3', now() - interval '25 hours'),
                    ('00000000-0000-0000-0000-0000000000e4', '00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-0000000000d4', now() - interval '23 hours');
            """);

        (await jobs.RunAsync("oauth.tokens")).ShouldBe(1);
        (await jobs.RunAsync("oauth.grants")).ShouldBe(2);
        (await jobs.RunAsync("oauth.browsers")).ShouldBe(0);

        (await jobs.CountAsync("oauth.grants where right(id::text, 2) in ('d1', 'd4')")).ShouldBe(2);
        (await jobs.CountAsync("oauth.grants")).ShouldBe(2);
        (await jobs.CountAsync("oauth.tokens where tenant_id = '00000000-0000-0000-0000-0000000000a1'"))
            .ShouldBe(1, "the tenant is set by the database");
    }
}
