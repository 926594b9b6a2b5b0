using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>Strangers lock nobody out of a device that they have logged in on.</summary>
[Trait("Control", "A2")]
public sealed class KnownDeviceTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_log_in_leaves_a_signed_cookie_that_scripts_and_other_sites_do_not_get()
    {
        var ada = await Person.SignUpAsync(api);

        var cookie = (await LogInTests.LogInAsync(ada, Person.Password)).Cookie("tf_device")!;

        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=strict", Case.Insensitive);
        var ends = DateTimeOffset.Parse(cookie.Split("expires=")[1].Split(';')[0], null);
        (ends - DateTimeOffset.UtcNow).TotalDays.ShouldBeInRange(179.9, 180.1);
        (await LogInTests.LogInAsync(ada, "a wrong password here")).Cookie("tf_device").ShouldBeNull();
    }

    [Fact]
    public async Task While_strangers_wait_the_owner_logs_in_on_a_known_device_and_works_on_within_a_session()
    {
        var (ada, device) = await WithDeviceAsync();
        await FailTenTimesAsync(ada);
        (await LogInTests.LogInAsync(ada, Person.Password)).Code.ShouldBe("auth.locked");

        (await LogInTests.LogInAsync(ada, Person.Password, null, device)).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInTests.LogInAsync(ada, Person.Password)).Code.ShouldBe("auth.locked", "strangers go on waiting");
        await ada.TurnOnTwoFactorAsync();
        (await ada.PostAsync("/api/user/password",
            new { current = Person.Password, password = "ten lives of a blue cat" })).Status
            .ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_known_device_has_a_limit_of_its_own()
    {
        var (ada, device) = await WithDeviceAsync();
        var second = await NewDeviceAsync(ada);
        for (var attempt = 0; attempt < 10; attempt++) (await LogInTests.LogInAsync(ada, "a wrong password here", null, device)).Status
            .ShouldBe(HttpStatusCode.Unauthorized);

        (await LogInTests.LogInAsync(ada, Person.Password, null, device)).Code.ShouldBe("auth.locked");
        (await LogInTests.LogInAsync(ada, Person.Password, null, second)).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInTests.LogInAsync(ada, Person.Password)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Codes_on_a_known_device_are_counted_apart_from_those_of_a_stranger_with_the_password()
    {
        var (ada, device) = await WithDeviceAsync();
        var (secret, _) = await ada.TurnOnTwoFactorAsync(stepsAgo: 1);
        for (var attempt = 0; attempt < 10; attempt++) await LogInTests.LogInAsync(ada, Person.Password, Authenticator.WrongCode(secret));
        (await LogInTests.LogInAsync(ada, Person.Password, Authenticator.WrongCode(secret))).Code.ShouldBe("auth.locked");

        (await LogInTests.LogInAsync(ada, Person.Password, Authenticator.CodeNow(secret), device)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_cookie_of_somebody_else_or_a_changed_one_makes_no_device_known()
    {
        var (ada, device) = await WithDeviceAsync();
        var (_, ofEve) = await WithDeviceAsync();
        await FailTenTimesAsync(ada);

        foreach (var value in new[] { ofEve.Value, device.Value[..^1] + (device.Value[^1] == '0' ? '1' : '0'),
            device.Value.Replace(".", ".9", StringComparison.Ordinal), "tf_device=", "tf_device=~~.", new string('x', 900) })
            (await LogInTests.LogInAsync(ada, Person.Password, null, ("Cookie", value))).Code.ShouldBe("auth.locked", value);
    }

    [Fact]
    public async Task A_new_password_makes_strangers_of_all_devices_but_the_one_it_was_set_on()
    {
        var (ada, device) = await WithDeviceAsync();
        const string password = "ten lives of a blue cat";
        var changed = await ada.PostAsync("/api/user/password", new { current = Person.Password, password = password });
        await FailTenTimesAsync(ada);

        (await LogInTests.LogInAsync(ada, password, null, device)).Code.ShouldBe("auth.locked");
        (await LogInTests.LogInAsync(ada, password, null, CookieOf(changed))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Two_people_who_share_a_browser_are_both_known_on_it()
    {
        var (ada, device) = await WithDeviceAsync();
        var bob = await Person.SignUpAsync(api);
        var shared = CookieOf(await LogInTests.LogInAsync(bob, Person.Password, null, device));
        await FailTenTimesAsync(ada);
        await FailTenTimesAsync(bob);

        (await LogInTests.LogInAsync(ada, Person.Password, null, shared)).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInTests.LogInAsync(bob, Person.Password, null, shared)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Wrong_tries_within_a_session_make_that_session_wait_alone()
    {
        var ada = await Person.SignUpAsync(api);
        var other = ada.With((await LogInTests.LogInAsync(ada, Person.Password)).Text("access_token"));
        var wrong = new { current = "not the right one", password = "ten lives of a blue cat" };
        for (var attempt = 0; attempt < 10; attempt++) (await ada.PostAsync("/api/user/password", wrong)).Fields
            .ShouldBe(["current"]);

        (await ada.PostAsync("/api/user/password", wrong)).Code.ShouldBe("auth.locked");
        (await other.PostAsync("/api/user/password", wrong)).Fields.ShouldBe(["current"]);
    }

    private static async Task FailTenTimesAsync(Person person)
    {
        for (var attempt = 0; attempt < 10; attempt++) (await LogInTests.LogInAsync(person, "a wrong password here")).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<(Person Person, (string Name, string Value) Device)> WithDeviceAsync()
    {
        var person = await Person.SignUpAsync(api);
        return (person, await NewDeviceAsync(person));
    }

    private static async Task<(string Name, string Value)> NewDeviceAsync(Person person) =>
        CookieOf(await LogInTests.LogInAsync(person, Person.Password));

    private static (string Name, string Value) CookieOf(Answer answer) => ("Cookie", answer.Cookie("tf_device")!.Split(';')[0]);
}
