using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

/// <summary>What each job takes away, and what it leaves.</summary>
public sealed class SweepTests(WorkerJobs worker) : IClassFixture<WorkerJobs>
{
    // An insert for one row of which {0} is an age in SQL, an age that is to go, and the oldest that stays.
    public static TheoryData<string, string, string, string> Rows => new()
    {
        {
            "alerts.dedupe", "1 minute", "-1 minute", """
            insert into alerts.dedupe (account_id, dedupe_key, tenant_id, body_hash, webhook_id, order_id, received_at, expires_at)
            values (gen_random_uuid(), 'k', gen_random_uuid(), '', gen_random_uuid(), gen_random_uuid(), now(),
                now() - interval '{0}')
            """
        },
        {
            "connectors.agent_commands", "401 days", "399 days", """
            insert into connectors.agent_commands (account_id, id, tenant_id, verb, command, body, created_at, expires_at)
            values (gen_random_uuid(), 'c', gen_random_uuid(), 'open', '{{}}', '', now() - interval '{0}', now())
            """
        },
        {
            "tenancy.sign_in_locks", "25 hours", "23 hours", """
            insert into tenancy.sign_in_locks (key, failures, updated_at)
            values (decode(md5(random()::text), 'hex'), 1, now() - interval '{0}')
            """
        },
        {
            "billing.stripe_events", "91 days", "89 days", """
            insert into billing.stripe_events (id, type, livemode, created, received_at, state)
            values (gen_random_uuid()::text, 'x', false, now(), now() - interval '{0}', 'ignored')
            """
        },
        {
            "live.notifications", "91 days", "89 days", """
            insert into live.notifications (id, tenant_id, at, severity, kind, text)
            values (gen_random_uuid(), gen_random_uuid(), now() - interval '{0}', 'info', 'test', 'x')
            """
        },
        {
            "trading.order_events", "181 days", "179 days", """
            insert into trading.order_events (tenant_id, order_id, at, kind)
            values (gen_random_uuid(), gen_random_uuid(), now() - interval '{0}', 'test')
            """
        },
        {
            "alerts.webhooks_log", "181 days", "179 days", """
            insert into alerts.webhooks_log (id, tenant_id, account_id, broker, received_at, method, path, payload)
            values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'paper', now() - interval '{0}', 'POST', '/', 'x')
            """
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Rows_that_have_had_their_time_go_and_the_others_stay(string table, string old, string young, string insert)
    {
        await worker.EmptyAsync(table);
        for (var n = 0; n < 3; n++) await worker.ExecuteAsync(string.Format(insert, old));
        for (var n = 0; n < 2; n++) await worker.ExecuteAsync(string.Format(insert, young));
        // Rows of months that nobody had made.
        await worker.RunAsync("months of partitioned tables");

        await worker.RunAsync(table);

        (await worker.CountAsync(table)).ShouldBe(2);
    }

    [Fact]
    public async Task Sessions_go_a_month_after_their_end_and_take_their_tokens_along()
    {
        await worker.ExecuteAsync("""
            insert into tenancy.tenants (id, slug, name) values ('00000000-0000-4000-8000-000000000001', 's', 's');
            insert into tenancy.users (id, email, normalized_email, name, password_hash, security_stamp)
                values ('00000000-0000-4000-8000-000000000002', 'a', 'a', 'a', '', '');
            insert into tenancy.sessions (id, tenant_id, user_id, expires_at, revoked_at)
                select ('00000000-0000-4000-8000-00000000001' || n)::uuid, '00000000-0000-4000-8000-000000000001',
                    '00000000-0000-4000-8000-000000000002', now() + expires, now() + revoked
                from (values (1, interval '-31 days', null), (2, interval '1 day', interval '-31 days'),
                        (3, interval '-29 days', null), (4, interval '1 day', null)) s (n, expires, revoked);
            insert into tenancy.refresh_tokens (hash, session_id, expires_at)
                select sha256(id::text::bytea), id, now() from tenancy.sessions;
            """);

        await worker.RunAsync("tenancy.sessions");

        (await worker.CountAsync("tenancy.sessions")).ShouldBe(2);
        (await worker.CountAsync("tenancy.refresh_tokens")).ShouldBe(2);
    }

    [Fact]
    public async Task More_than_one_piece_goes_too()
    {
        await worker.ExecuteAsync("""
            insert into alerts.dedupe (account_id, dedupe_key, tenant_id, body_hash, webhook_id, order_id, received_at, expires_at)
            select gen_random_uuid(), 'k', gen_random_uuid(), '', gen_random_uuid(), gen_random_uuid(), now(), now() - interval '1 minute'
            from generate_series(1, 12000)
            """);

        (await worker.RunAsync("alerts.dedupe")).ShouldBeGreaterThanOrEqualTo(12_000);
    }

    [Fact]
    public async Task A_month_that_is_past_goes_as_a_whole_and_of_the_one_at_the_limit_the_old_rows()
    {
        // Of the month at the limit half the rows are too old; more pages than one piece has.
        var limit = DateTimeOffset.UtcNow.AddDays(-180);
        await worker.EmptyAsync("trading.order_events");
        await worker.ExecuteAsync($"""
            insert into trading.order_events (tenant_id, order_id, at, kind, detail)
            select gen_random_uuid(), gen_random_uuid(), at, 'test', jsonb_build_object('x', repeat('x', 500)) from (
                select timestamptz '{limit:O}' - n * interval '1 second' as at from generate_series(1, 20000) n
                union all select timestamptz '{limit:O}' + n * interval '1 second' from generate_series(60, 20059) n
                union all select timestamptz '{limit:O}' - interval '70 days' from generate_series(1, 100)) x
            """);
        await worker.RunAsync("months of partitioned tables");
        var before = (await worker.MonthsAsync("trading.order_events")).Count;

        await worker.RunAsync("trading.order_events");

        (await worker.CountAsync("trading.order_events")).ShouldBe(20_000);
        (await worker.MonthsAsync("trading.order_events")).Count.ShouldBeLessThan(before);
        (await worker.MonthsAsync("trading.order_events")).ShouldAllBe(month => month.Ends > limit);
    }

    [Fact]
    public async Task Messages_and_answers_are_emptied_after_a_month_with_a_mark_and_months_that_are_done_are_not_read_again()
    {
        await worker.EmptyAsync("alerts.webhooks_log");
        await worker.ExecuteAsync("""
            insert into alerts.webhooks_log (id, tenant_id, account_id, broker, received_at, method, path, payload, response, status)
            select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'paper', now() - n * interval '10 days', 'POST', '/', 'secret plan',
                '{"a": 1}', 200
            from generate_series(0, 9) n
            """);
        await worker.RunAsync("months of partitioned tables");

        (await worker.RunAsync("payloads of alerts.webhooks_log")).ShouldBe(7);

        const string log = "alerts.webhooks_log";
        (await worker.CountAsync($"{log} where payload = '' and response is null and removed = 'removed after 30 days'")).ShouldBe(7);
        (await worker.CountAsync($"{log} where payload = 'secret plan' and response is not null and removed is null")).ShouldBe(3);
        (await worker.RunAsync("payloads of alerts.webhooks_log")).ShouldBe(0);
    }
}
