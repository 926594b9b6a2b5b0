using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

public sealed class LogInTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_right_password_opens_a_session_in_the_same_tenant()
    {
        var ada = await Person.SignUpAsync(api);

        var answer = await LogInAsync(ada, Person.Password);

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Json.GetProperty("tenant_id").GetGuid().ShouldBe(ada.TenantId);
        answer.Json.GetProperty("expires_in").GetInt32().ShouldBe(600);
        (await ada.With(answer.Text("access_token")).GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "A2")]
    public async Task Wrong_and_unknown_look_the_same()
    {
        var ada = await Person.SignUpAsync(api);

        var wrong = await LogInAsync(ada, "another password altogether");
        var unknown = await LogInAsync(new Person(api.NewClient(), Person.NewEmail()), "another password altogether");

        wrong.Status.ShouldBe(HttpStatusCode.Unauthorized);
        wrong.Code.ShouldBe("auth.invalid_credentials");
        (unknown.Status, unknown.Code, unknown.Text("detail")).ShouldBe((wrong.Status, wrong.Code, wrong.Text("detail")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Control", "A2")]
    public async Task After_ten_failures_in_a_row_a_stranger_waits_with_the_right_password_too_known_address_or_not(bool known)
    {
        var person = known ? await Person.SignUpAsync(api) : new Person(api.NewClient(), Person.NewEmail());
        for (var attempt = 0; attempt < 10; attempt++)
            (await LogInAsync(person, "a wrong password here")).Status.ShouldBe(HttpStatusCode.Unauthorized);

        var answer = await LogInAsync(person, Person.Password);

        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(50, 60);
    }

    [Fact]
    [Trait("Control", "A2")]
    public async Task Parallel_tries_do_not_outrun_the_lock()
    {
        var ada = await Person.SignUpAsync(api);

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => LogInAsync(ada, "a wrong password here")));

        answers.Count(answer => answer.Code == "auth.invalid_credentials").ShouldBe(10);
    }

    [Fact]
    [Trait("Control", "A2")]
    public async Task The_second_lock_is_twice_as_long()
    {
        var ada = await Person.SignUpAsync(api);
        for (var round = 0; round < 2; round++)
        {
            for (var attempt = 0; attempt < 10; attempt++) await LogInAsync(ada, "a wrong password here");
            if (round == 0) await api.ExecuteAsync(
                "update tenancy.sign_in_locks set updated_at = updated_at - interval '61 seconds' where failures = 10");
        }

        var answer = await LogInAsync(ada, Person.Password);

        answer.Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(110, 120);
    }

    [Fact]
    public async Task A_success_starts_the_count_again()
    {
        var ada = await Person.SignUpAsync(api);
        for (var round = 0; round < 2; round++)
        {
            for (var attempt = 0; attempt < 9; attempt++) await LogInAsync(ada, "a wrong password here");
            (await LogInAsync(ada, Person.Password)).Status.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    [Trait("Control", "A4")]
    public async Task A_new_password_ends_the_other_sessions_and_the_old_password()
    {
        var ada = await Person.SignUpAsync(api);
        var other = await LogInAsync(ada, Person.Password);

        (await ada.PostAsync("/api/user/password", new { current = "not the right one", password = "ten lives of a blue cat" })).Fields
            .ShouldBe(["current"]);
        (await ada.PostAsync("/api/user/password", new { current = Person.Password, password = "ten lives of a blue cat" })).Status
            .ShouldBe(HttpStatusCode.NoContent);

        (await ada.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.With(other.Text("access_token")).GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await LogInAsync(ada, Person.Password)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_failed_log_in_is_in_the_audit_log_behind_its_answer()
    {
        var ada = await Person.SignUpAsync(api);

        await LogInAsync(ada, "a wrong password here");

        await Eventually.True(async () => await api.ScalarAsync<long>(
            $"select count(*) from tenancy.audit_log where tenant_id = '{ada.TenantId}' and action = 'user.log_in_failed'") == 1,
            TimeSpan.FromSeconds(5), "the failure is written down");
    }

    [Fact]
    [Trait("Control", "D2")]
    public async Task Log_ins_are_in_the_audit_log_and_nobody_can_change_it()
    {
        var ada = await Person.SignUpAsync(api);
        await LogInAsync(ada, Person.Password);

        (await api.ScalarAsync<long>(
            $"select count(*) from tenancy.audit_log where tenant_id = '{ada.TenantId}' and action = 'user.logged_in'")).ShouldBe(1);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => api.ExecuteAsync("update tenancy.audit_log set action = 'nothing'"));
        await Should.ThrowAsync<Npgsql.PostgresException>(
            () => api.ScalarAsync<long>("with gone as (delete from tenancy.audit_log returning 1) select count(*) from gone"));
    }

    internal static Task<Answer> LogInAsync(
        Person person, string password, string? totp = null, params (string Name, string Value)[] headers) =>
        person.SendAsync(HttpMethod.Post, "/auth/login", new { email = person.Email, password, totp }, null, headers);
}
