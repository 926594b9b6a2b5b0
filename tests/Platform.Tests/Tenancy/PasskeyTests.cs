using System.Net;
using System.Text.Json;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>Passkeys, with a device in software. The browser's own way is in the end-to-end tests.</summary>
[Trait("Control", "A6")]
public sealed class PasskeyTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Cookie = "tf_passkey";

    [Fact]
    public async Task A_passkey_stands_for_password_and_second_factor_and_waits_for_no_strangers()
    {
        using var device = new SoftPasskey();
        var ada = await Person.SignUpAsync(api);
        var id = await AddAsync(ada, device);
        await api.MakeAdministratorAsync(ada);
        for (var attempt = 0; attempt < 10; attempt++) await LogInTests.LogInAsync(ada, "a wrong password here");
        (await LogInTests.LogInAsync(ada, Person.Password)).Status.ShouldBe(HttpStatusCode.TooManyRequests);

        var answer = await LogInAsync(device);

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Json.ToString());
        answer.Json.GetProperty("user_id").GetGuid().ShouldBe(ada.UserId);
        answer.Cookie("tf_device").ShouldNotBeNull();
        (await ada.With(answer.Text("access_token")).GetAsync("/api/admin/audit")).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.GetAsync("/api/admin/audit")).Code
            .ShouldBe("auth.second_factor_required", "the other session has proven a password alone");
        var listed = (await ada.GetAsync("/api/user/passkeys")).Json.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        (listed.GetProperty("id").GetGuid(), listed.GetProperty("name").GetString()).ShouldBe((id, "Laptop"));
        listed.GetProperty("last_used_at").ValueKind.ShouldNotBe(JsonValueKind.Null);
        (await api.ScalarAsync<long>($"select count(*) from tenancy.audit_log where subject = '{id}' and action = 'user.passkey_added'"))
            .ShouldBe(1);
        (await api.ScalarAsync<long>("select count(*) from outgoing.messages where event = 'mail.passkey'")).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_was_signed_once_is_worth_nothing_again()
    {
        using var device = new SoftPasskey();
        await AddAsync(await Person.SignUpAsync(api), device);
        var nobody = new Person(api.NewClient(), "x");
        var (options, cookie) = await BeginAsync(nobody, "/auth/passkey/options", null);
        var credential = device.Sign(options);

        var first = await EndAsync(nobody, "/auth/passkey", new { credential }, cookie, null);
        first.Status.ShouldBe(HttpStatusCode.OK);
        first.Cookie(Cookie).ShouldNotBeNull().ShouldStartWith($"{Cookie}=;", Case.Sensitive, "the ceremony is over");
        (await EndAsync(nobody, "/auth/passkey", new { credential }, cookie, null)).Code.ShouldBe("auth.invalid_credentials");
        (await EndAsync(nobody, "/auth/passkey", new { credential = device.Sign(options) }, cookie, null)).Code
            .ShouldBe("auth.invalid_credentials");
    }

    [Fact]
    public async Task Only_what_the_device_signed_for_us_now_and_for_its_holder_opens_anything()
    {
        using var device = new SoftPasskey();
        using var stranger = new SoftPasskey();
        var ada = await Person.SignUpAsync(api);
        await AddAsync(ada, device);
        var nobody = new Person(api.NewClient(), "x");
        async Task RefusedAsync(string why, Func<JsonElement, object> sign, string? cookie = null)
        {
            var (options, own) = await BeginAsync(nobody, "/auth/passkey/options", null);
            var answer = await EndAsync(nobody, "/auth/passkey", new { credential = sign(options) }, cookie ?? own, null);
            (answer.Status, answer.Code).ShouldBe((HttpStatusCode.Unauthorized, "auth.invalid_credentials"), why);
        }

        var (earlier, _) = await BeginAsync(nobody, "/auth/passkey/options", null);
        await RefusedAsync("another challenge", _ => device.Sign(earlier));
        await RefusedAsync("no state", device.Sign, "");
        await RefusedAsync("the state of something else", device.Sign,
            (await BeginAsync(ada, "/api/user/passkeys/options", ada.AccessToken)).Cookie);
        await RefusedAsync("a device that nobody has added", stranger.Sign);
        device.Origin = "https://phish.example";
        await RefusedAsync("another site", device.Sign);
        (device.Origin, device.IsVerified) = ("http://localhost", false);
        await RefusedAsync("nobody was asked", device.Sign);
        device.IsVerified = true;
        foreach (var odd in new[] { "{}", """{"id":1}""",
            """{"id":"x","rawId":"x","type":"public-key","response":{}}""",
            """{"id":"AA","rawId":"AA","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"AA","authenticatorData":"AA","signature":"AA","userHandle":"AA"}}"""
        })
            await RefusedAsync(odd, _ => JsonDocument.Parse(odd).RootElement);
        (await EndAsync(nobody, "/auth/passkey", new { credential = "x" }, "", null)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        await api.ExecuteAsync($"update tenancy.users set disabled_at = now() where id = '{ada.UserId}'");
        await RefusedAsync("who is kept out", device.Sign);
        await api.ExecuteAsync($"update tenancy.users set disabled_at = null where id = '{ada.UserId}'");
        (await LogInAsync(device)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_new_one_is_taken_from_the_one_who_began_it_and_once()
    {
        using var device = new SoftPasskey();
        var (ada, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var (options, cookie) = await BeginAsync(ada, "/api/user/passkeys/options", ada.AccessToken);
        var body = new { name = "Laptop", credential = device.Create(options) };

        (await EndAsync(eve, "/api/user/passkeys", body, cookie, eve.AccessToken)).Code.ShouldBe("auth.passkey_refused");
        (await EndAsync(ada, "/api/user/passkeys", new { name = "", body.credential }, cookie, ada.AccessToken)).Fields.ShouldBe(["name"]);
        (await EndAsync(ada, "/api/user/passkeys", body, cookie, ada.AccessToken)).Status.ShouldBe(HttpStatusCode.Created);
        (await EndAsync(ada, "/api/user/passkeys", body, cookie, ada.AccessToken)).Code.ShouldBe("auth.passkey_refused");
    }

    [Fact]
    public async Task It_is_a_fresh_proof_for_the_one_whose_it_is()
    {
        using var device = new SoftPasskey();
        using var other = new SoftPasskey();
        var ada = await Person.SignUpAsync(api);
        await ada.TurnOnTwoFactorAsync();
        await AddAsync(ada, device);
        await AddAsync(await Person.SignUpAsync(api), other);
        await api.ExecuteAsync($"update tenancy.sessions set proven_at = now() - interval '6 minutes' where user_id = '{ada.UserId}'");
        async Task<Answer> ConfirmAsync(SoftPasskey with)
        {
            var (options, cookie) = await BeginAsync(ada, "/auth/passkey/options", null);
            return await EndAsync(ada, "/auth/confirm", new { credential = with.Sign(options) }, cookie, ada.AccessToken);
        }

        (await ConfirmAsync(other)).Code.ShouldBe("auth.invalid_credentials");
        (await ada.PostAsync("/api/user/passkeys/options")).Code.ShouldBe("auth.confirm_required");
        (await ConfirmAsync(device)).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.PostAsync("/api/user/passkeys/options")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_that_is_removed_opens_nothing_and_what_it_has_opened_ends()
    {
        using var device = new SoftPasskey();
        var (ada, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var id = await AddAsync(ada, device);
        var opened = ada.With((await LogInAsync(device)).Text("access_token"));

        (await eve.DeleteAsync($"/api/user/passkeys/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await opened.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.DeleteAsync($"/api/user/passkeys/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await opened.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await ada.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInAsync(device)).Code.ShouldBe("auth.invalid_credentials");
    }

    private static async Task<Guid> AddAsync(Person person, SoftPasskey device)
    {
        var (options, cookie) = await BeginAsync(person, "/api/user/passkeys/options", person.AccessToken);
        var made = await EndAsync(person, "/api/user/passkeys", new { name = "Laptop", credential = device.Create(options) }, cookie,
            person.AccessToken);
        made.Status.ShouldBe(HttpStatusCode.Created, made.Json.ToString());
        return made.Json.GetProperty("id").GetGuid();
    }

    private async Task<Answer> LogInAsync(SoftPasskey device)
    {
        var nobody = new Person(api.NewClient(), "x");
        var (options, cookie) = await BeginAsync(nobody, "/auth/passkey/options", null);
        return await EndAsync(nobody, "/auth/passkey", new { credential = device.Sign(options) }, cookie, null);
    }

    private static async Task<(JsonElement Options, string Cookie)> BeginAsync(Person person, string path, string? token)
    {
        var answer = await person.SendAsync(HttpMethod.Post, path, new { }, token);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Json.ToString());
        var cookie = answer.Cookie(Cookie).ShouldNotBeNull();
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=strict", Case.Insensitive);
        return (answer.Json, cookie.Split(';')[0]);
    }

    private static Task<Answer> EndAsync(Person person, string path, object body, string cookie, string? token) =>
        person.SendAsync(HttpMethod.Post, path, body, token, ("Cookie", cookie));
}
