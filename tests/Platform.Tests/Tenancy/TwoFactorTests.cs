using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

public sealed class TwoFactorTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    [Trait("Control", "A6")]
    public async Task Once_enabled_a_log_in_needs_the_code_and_takes_each_code_once()
    {
        var ada = await Person.SignUpAsync(api);
        var (secret, _) = await ada.TurnOnTwoFactorAsync(stepsAgo: 1);

        (await LogInTests.LogInAsync(ada, Person.Password)).Code.ShouldBe("auth.totp_required");
        (await LogInTests.LogInAsync(ada, "a wrong password here")).Code.ShouldBe("auth.invalid_credentials");
        (await LogInTests.LogInAsync(ada, Person.Password, "000000")).Code.ShouldBe("auth.invalid_credentials");
        var code = Authenticator.CodeNow(secret);
        (await LogInTests.LogInAsync(ada, Person.Password, code)).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInTests.LogInAsync(ada, Person.Password, code)).Code.ShouldBe("auth.invalid_credentials");
    }

    [Fact]
    [Trait("Control", "A6")]
    public async Task A_recovery_code_works_once()
    {
        var ada = await Person.SignUpAsync(api);
        var (_, recovery) = await ada.TurnOnTwoFactorAsync();

        recovery.Count.ShouldBe(10);
        (await LogInTests.LogInAsync(ada, Person.Password, recovery[3])).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInTests.LogInAsync(ada, Person.Password, recovery[3])).Code.ShouldBe("auth.invalid_credentials");
        (await LogInTests.LogInAsync(ada, Person.Password, recovery[4])).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Asking_for_the_code_neither_counts_as_a_failure_nor_clears_the_count()
    {
        var ada = await Person.SignUpAsync(api);
        await ada.TurnOnTwoFactorAsync();
        for (var attempt = 0; attempt < 9; attempt++) await LogInTests.LogInAsync(ada, "a wrong password here");

        for (var attempt = 0; attempt < 3; attempt++)
            (await LogInTests.LogInAsync(ada, Person.Password)).Code.ShouldBe("auth.totp_required");
        await LogInTests.LogInAsync(ada, "a wrong password here");

        (await LogInTests.LogInAsync(ada, Person.Password)).Status.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    [Trait("Control", "A6")]
    public async Task Codes_are_counted_apart_from_passwords_and_ten_wrong_ones_make_the_next_wait()
    {
        var ada = await Person.SignUpAsync(api);
        var (secret, _) = await ada.TurnOnTwoFactorAsync();
        for (var attempt = 0; attempt < 10; attempt++) (await LogInTests.LogInAsync(ada, Person.Password,
            Authenticator.WrongCode(secret))).Code.ShouldBe("auth.invalid_credentials");

        // A log-in without the code is no success that would begin the count anew.
        (await LogInTests.LogInAsync(ada, Person.Password)).Code.ShouldBe("auth.totp_required");

        var next = await LogInTests.LogInAsync(ada, Person.Password, Authenticator.WrongCode(secret));
        next.Code.ShouldBe("auth.locked");
        next.Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(30, 60);
        (await LogInTests.LogInAsync(ada, Person.Password)).Code.ShouldBe("auth.totp_required");
    }

    [Fact]
    [Trait("Control", "A6")]
    public async Task Within_a_session_wrong_codes_make_that_session_wait()
    {
        var ada = await Person.SignUpAsync(api);
        var (secret, _) = await ada.TurnOnTwoFactorAsync(stepsAgo: 1);
        for (var attempt = 0; attempt < 10; attempt++) (await ada.PostAsync("/api/user/2fa/disable",
            new { totp = Authenticator.WrongCode(secret) })).Fields.ShouldBe(["totp"]);

        (await ada.PostAsync("/api/user/2fa/disable", new { totp = Authenticator.CodeNow(secret) })).Code.ShouldBe("auth.locked");
    }

    [Fact]
    [Trait("Control", "A6")]
    public async Task It_is_turned_off_with_a_code_only()
    {
        var ada = await Person.SignUpAsync(api);
        var (secret, _) = await ada.TurnOnTwoFactorAsync(stepsAgo: 1);

        (await ada.PostAsync("/api/user/2fa/disable", new { totp = "123456" })).Fields.ShouldBe(["totp"]);
        (await ada.PostAsync("/api/user/2fa/disable", new { totp = Authenticator.CodeNow(secret) })).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInTests.LogInAsync(ada, Person.Password)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "A6")]
    public async Task Secret_and_recovery_codes_do_not_lie_open_in_the_database()
    {
        var ada = await Person.SignUpAsync(api);
        var (secret, recovery) = await ada.TurnOnTwoFactorAsync();

        foreach (var open in recovery.Append(secret))
            (await api.ScalarAsync<long>($"select count(*) from tenancy.user_tokens where value like '%{open}%'")).ShouldBe(0);
    }
}
