using System.Net;
using System.Text.RegularExpressions;
using MimeKit;
using TradeFlow.Platform.Tests.Delivery;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>What is proven by a link in a mail: an address, a change of it, and a new password for one that is lost.</summary>
[Trait("Control", "A3")]
public sealed partial class MailLinkTests(DeliveryRig rig) : IClassFixture<DeliveryRig>, IAsyncLifetime
{
    private const string NewPassword = "ten lives of a blue cat";

    public async ValueTask InitializeAsync() => await rig.ShareWorkerAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_mail_of_the_sign_up_confirms_the_address_once()
    {
        var ada = await Person.SignUpAsync(rig);
        (await ada.GetAsync("/api/user/me")).Json.GetProperty("verified").GetBoolean().ShouldBeFalse();
        var token = TokenOf(await MailAsync(ada.Email, "Confirm your e-mail address"), "verify");

        (await VerifyAsync(token)).Status.ShouldBe(HttpStatusCode.NoContent);

        (await ada.GetAsync("/api/user/me")).Json.GetProperty("verified").GetBoolean().ShouldBeTrue();
        Told(await VerifyAsync(token)).ShouldBe((409, "auth.token_used"));
        Told(await VerifyAsync("tfv_" + new string('x', 43))).ShouldBe((404, "auth.token_invalid"));
    }

    [Fact]
    public async Task An_old_link_is_gone_and_the_mail_can_be_had_again()
    {
        var ada = await Person.SignUpAsync(rig);
        var token = TokenOf(await MailAsync(ada.Email, "Confirm your e-mail address"), "verify");
        await rig.ExecuteAsync($"update tenancy.mail_tokens set expires_at = now() where user_id = '{ada.UserId}'");
        Told(await VerifyAsync(token)).ShouldBe((410, "auth.token_expired"));

        (await ada.SendAsync(HttpMethod.Post, "/auth/verify/resend", null, ada.AccessToken)).Status.ShouldBe(HttpStatusCode.Accepted);

        await Eventually.True(async () => (await rig.MailsToAsync(ada.Email)).Count == 2, "the second mail is there");
        (await VerifyAsync(TokenOf((await rig.MailsToAsync(ada.Email))[1], "verify"))).Status.ShouldBe(HttpStatusCode.NoContent);
        for (var asked = 0; asked < 10; asked++) await ada.SendAsync(HttpMethod.Post, "/auth/verify/resend", null, ada.AccessToken);
        (await rig.ScalarAsync<long>($"select count(*) from tenancy.mail_tokens where user_id = '{ada.UserId}'")).ShouldBe(2,
            "who is confirmed gets no more");
    }

    [Fact]
    public async Task Nobodys_mailbox_is_filled()
    {
        var ada = await Person.SignUpAsync(rig);

        for (var asked = 0; asked < 4; asked++)
            (await ada.SendAsync(HttpMethod.Post, "/auth/verify/resend", null, ada.AccessToken)).Status.ShouldBe(HttpStatusCode.Accepted);

        Told(await ada.SendAsync(HttpMethod.Post, "/auth/verify/resend", null, ada.AccessToken)).ShouldBe((429, "rate.limited"));
    }

    [Theory]
    [InlineData("https://trade.example.com", "https://trade.example.com/verify?token=")]
    [Trait("Control", "X1")]
    public async Task The_link_leads_to_PublicUrl_whatever_host_the_request_names(string publicUrl, string link)
    {
        using var client = ApiFixture.NewClient(rig.NewFactory(new() { ["PublicUrl"] = publicUrl }));
        var ada = await Person.SignUpAsync(rig, client);

        (await MailAsync(ada.Email, "Confirm your e-mail address")).TextBody.ShouldNotBeNull().ShouldContain(link);
    }

    [Fact]
    public async Task Another_address_counts_once_it_is_confirmed_there_and_the_old_one_is_told()
    {
        var ada = await Person.SignUpAsync(rig);
        var fresh = Person.NewEmail();

        (await ada.PostAsync("/api/user/email", new { email = fresh })).Status.ShouldBe(HttpStatusCode.Accepted);

        var token = TokenOf(await MailAsync(fresh, "Confirm your new e-mail address"), "verify");
        (await MailAsync(ada.Email, "Your e-mail address is about to change")).TextBody.ShouldNotBeNull().ShouldContain(fresh);
        (await ada.GetAsync("/api/user/me")).Text("email").ShouldBe(ada.Email);
        (await VerifyAsync(token)).Status.ShouldBe(HttpStatusCode.NoContent);
        var me = await ada.GetAsync("/api/user/me");
        (me.Text("email"), me.Json.GetProperty("verified").GetBoolean()).ShouldBe((fresh, true));
        (await LogInAsync(fresh, Person.Password)).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInAsync(ada.Email, Person.Password)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await MailAsync(ada.Email, "Your e-mail address has changed");
    }

    [Fact]
    [Trait("Control", "A6")]
    public async Task A_session_that_is_some_minutes_old_proves_itself_before_it_changes_the_address()
    {
        var ada = await Person.SignUpAsync(rig);
        await AgeAsync();
        Told(await ChangeAsync()).ShouldBe((403, "auth.confirm_required"));

        Told(await ada.PostAsync("/auth/confirm", new { password = "not the right one" })).ShouldBe((401, "auth.invalid_credentials"));
        Told(await ada.PostAsync("/auth/confirm", new { })).ShouldBe((422, "validation.failed"));
        Told(await ChangeAsync()).ShouldBe((403, "auth.confirm_required"));
        var confirmed = await ada.PostAsync("/auth/confirm", new { password = Person.Password });
        confirmed.Status.ShouldBe(HttpStatusCode.OK);
        (await ada.With(confirmed.Text("access_token")).GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);
        (await ChangeAsync()).Status.ShouldBe(HttpStatusCode.Accepted);

        var (secret, _) = await ada.TurnOnTwoFactorAsync(stepsAgo: 1);
        await AgeAsync();
        Told(await ada.PostAsync("/auth/confirm", new { password = Person.Password })).ShouldBe((401, "auth.totp_required"),
            "the password alone does not do");
        (await ada.PostAsync("/auth/confirm", new { totp = Authenticator.CodeNow(secret) })).Status.ShouldBe(HttpStatusCode.OK);
        (await ChangeAsync()).Status.ShouldBe(HttpStatusCode.Accepted);

        Task AgeAsync() =>
            rig.ExecuteAsync($"update tenancy.sessions set proven_at = now() - interval '6 minutes' where user_id = '{ada.UserId}'");
        Task<Answer> ChangeAsync() => ada.PostAsync("/api/user/email", new { email = Person.NewEmail() });
    }

    [Fact]
    public async Task An_address_that_somebody_has_is_not_told_apart_and_gets_no_link()
    {
        var (ada, eve) = (await Person.SignUpAsync(rig), await Person.SignUpAsync(rig));

        (await eve.PostAsync("/api/user/email", new { email = ada.Email.ToUpperInvariant() })).Status.ShouldBe(HttpStatusCode.Accepted);
        (await eve.PostAsync("/api/user/email", new { email = Person.NewEmail() })).Status.ShouldBe(HttpStatusCode.Accepted);

        await MailAsync(eve.Email, "Your e-mail address is about to change");
        (await rig.MailsToAsync(ada.Email)).Select(mail => mail.Subject).ShouldNotContain("Confirm your new e-mail address");
        (await eve.PostAsync("/api/user/email", new { email = eve.Email })).Fields.ShouldBe(["email"]);
    }

    [Fact]
    public async Task A_change_that_somebody_else_was_faster_with_is_refused()
    {
        var ada = await Person.SignUpAsync(rig);
        var fresh = Person.NewEmail();
        await ada.PostAsync("/api/user/email", new { email = fresh });
        var token = TokenOf(await MailAsync(fresh, "Confirm your new e-mail address"), "verify");
        var eve = await Person.SignUpAsync(rig);
        await rig.ExecuteAsync(
            $"update tenancy.users set email = '{fresh}', normalized_email = upper('{fresh}') where id = '{eve.UserId}'");

        Told(await VerifyAsync(token)).ShouldBe((409, "auth.email_taken"));
        (await ada.GetAsync("/api/user/me")).Text("email").ShouldBe(ada.Email);
    }

    [Fact]
    public async Task A_lost_password_is_set_anew_and_every_session_and_token_ends_while_keys_and_the_second_factor_stay()
    {
        var ada = await Person.SignUpAsync(rig);
        var trader = await rig.NewTraderAsync(person: ada);
        var (secret, _) = await ada.TurnOnTwoFactorAsync(stepsAgo: 1);
        var program = ada.With((await ada.PostAsync("/api/user/tokens", new { name = "p", scopes = new[] { "read" } })).Text("token"));
        (await program.GetAsync("/api/user/brokers")).Status.ShouldBe(HttpStatusCode.OK);

        await ForgotAsync(ada.Email.ToUpperInvariant());
        var token = TokenOf(await MailAsync(ada.Email, "A new password"), "reset");
        (await ResetAsync(token, "short")).Fields.ShouldBe(["password"]);
        (await ResetAsync(token, NewPassword)).Status.ShouldBe(HttpStatusCode.NoContent);

        (await ada.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await ada.SendAsync(HttpMethod.Post, "/auth/refresh", new { refresh_token = ada.RefreshToken },
            null)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await program.GetAsync("/api/user/brokers")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await LogInAsync(ada.Email, Person.Password)).Code.ShouldBe("auth.invalid_credentials");
        (await LogInAsync(ada.Email, NewPassword)).Code.ShouldBe("auth.totp_required");
        var back = await LogInAsync(ada.Email, NewPassword, Authenticator.CodeNow(secret));
        back.Status.ShouldBe(HttpStatusCode.OK);
        (await trader.SendAsync($"/webhook/paper/{trader.Key}", """{"intent":{"side":"buy","symbol":"EURUSD","qty":1}}""")).Status
            .ShouldBe(HttpStatusCode.OK, "the key stays");
        ada.Take(back);
        (await ada.GetAsync("/api/user/me")).Json.GetProperty("verified").GetBoolean().ShouldBeTrue("who got the mail has the mailbox");
        Told(await ResetAsync(token, NewPassword)).ShouldBe((409, "auth.token_used"));
        await MailAsync(ada.Email, "Your password has changed");
    }

    [Fact]
    public async Task A_newer_link_ends_the_older_one_and_a_link_of_one_kind_does_nothing_of_the_other()
    {
        var ada = await Person.SignUpAsync(rig);
        var verify = TokenOf(await MailAsync(ada.Email, "Confirm your e-mail address"), "verify");
        await ForgotAsync(ada.Email);
        var first = TokenOf(await MailAsync(ada.Email, "A new password"), "reset");
        await ForgotAsync(ada.Email);
        await Eventually.True(async () => (await rig.MailsToAsync(ada.Email)).Count == 3, "the second link is there");
        var second = TokenOf((await rig.MailsToAsync(ada.Email))[2], "reset");

        Told(await ResetAsync(first, NewPassword)).ShouldBe((410, "auth.token_expired"));
        Told(await ResetAsync(verify, NewPassword)).ShouldBe((404, "auth.token_invalid"));
        Told(await VerifyAsync(second)).ShouldBe((404, "auth.token_invalid"));
        (await ResetAsync(second, NewPassword)).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Two_who_show_a_link_at_the_same_moment_do_not_both_get_in()
    {
        var ada = await Person.SignUpAsync(rig);
        await ForgotAsync(ada.Email);
        var token = TokenOf(await MailAsync(ada.Email, "A new password"), "reset");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => ResetAsync(token, $"{NewPassword} {number}")));

        answers.Count(answer => answer.Status == HttpStatusCode.NoContent).ShouldBe(1,
            string.Join(", ", answers.Select(answer => answer.ToString())));
    }

    [Fact]
    public async Task An_address_that_nobody_has_is_answered_the_same_and_gets_nothing()
    {
        var ada = await Person.SignUpAsync(rig);
        var nobody = Person.NewEmail();

        var known = await ForgotAsync(ada.Email);
        var unknown = await ForgotAsync(nobody);

        ((int)unknown.Status, await unknown.Message.Content.ReadAsStringAsync()).ShouldBe(((int)known.Status,
            await known.Message.Content.ReadAsStringAsync()));
        await MailAsync(ada.Email, "A new password");
        await Eventually.True(async () => await rig.ScalarAsync<long>(
            "select count(*) from outgoing.messages where event = 'mail.reset' and ended_at is null") == 0, "both were looked at");
        (await rig.MailsToAsync(nobody)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_address_block_that_asks_too_often_is_answered_the_same_and_nothing_is_sent()
    {
        using var client = ApiFixture.NewClient(rig.NewFactory(new() { ["RateLimits:SignIn"] = "2" }));
        var before = await CountAsync();

        for (var asked = 0; asked < 6; asked++)
            (await new Person(client, "x").SendAsync(HttpMethod.Post, "/auth/forgot", new { email = Person.NewEmail() },
                null)).Status.ShouldBe(HttpStatusCode.Accepted);

        (await CountAsync()).ShouldBe(before + 2);

        Task<long> CountAsync() => rig.ScalarAsync<long>("select count(*) from outgoing.messages where event = 'mail.reset'");
    }

    [Fact]
    public async Task After_a_reset_the_device_logs_in_although_strangers_have_locked_the_address()
    {
        var ada = await Person.SignUpAsync(rig);
        for (var attempt = 0; attempt < 10; attempt++) await LogInAsync(ada.Email, "a wrong password here");
        (await LogInAsync(ada.Email, Person.Password)).Code.ShouldBe("auth.locked");
        await ForgotAsync(ada.Email);
        var reset = await ResetAsync(TokenOf(await MailAsync(ada.Email, "A new password"), "reset"), NewPassword);

        var device = reset.Cookie("tf_device").ShouldNotBeNull().Split(';')[0];

        (await LogInAsync(ada.Email, NewPassword, null, ("Cookie", device))).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInAsync(ada.Email, NewPassword)).Code.ShouldBe("auth.locked");
    }

    [Fact]
    public async Task A_change_of_password_ends_personal_tokens_unless_they_are_kept()
    {
        var ada = await Person.SignUpAsync(rig);
        async Task<Person> ProgramAsync() => ada.With((await ada.PostAsync("/api/user/tokens", new { name = "p",
            scopes = new[] { "read" } })).Text("token"));
        var kept = await ProgramAsync();

        (await ada.PostAsync("/api/user/password", new { current = Person.Password, password = NewPassword,
            keep_tokens = true })).Status.ShouldBe(HttpStatusCode.NoContent);
        (await kept.GetAsync("/api/user/brokers")).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.PostAsync("/api/user/password", new { current = NewPassword,
            password = Person.Password })).Status.ShouldBe(HttpStatusCode.NoContent);

        (await kept.GetAsync("/api/user/brokers")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await ada.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK, "this session goes on");
    }

    [Fact]
    [Trait("Control", "A2")]
    public async Task A_log_in_from_a_new_device_is_mailed_and_told_to_that_person_alone()
    {
        var ada = await Person.SignUpAsync(rig);
        var viewer = await ada.InviteAsync(rig, "viewer");
        var path = $"/{Guid.NewGuid():N}";
        await DeliveryRig.PutAsync(ada, new { kind = "webhook", target = rig.Receiver.Address + path,
            events = new[] { "login.new_device" } },
            new { kind = "email", target = ada.Email, events = new[] { "login.new_device" } });
        await DeliveryRig.PutAsync(viewer, new { kind = "email", target = viewer.Email, events = new[] { "login.new_device" } });

        var first = await LogInAsync(ada.Email, Person.Password, null, ("User-Agent", "Lynx/2.9"));
        var known = await LogInAsync(ada.Email, Person.Password, null,
            ("Cookie", first.Cookie("tf_device").ShouldNotBeNull().Split(';')[0]));

        known.Status.ShouldBe(HttpStatusCode.OK);
        (await MailAsync(ada.Email, "A log-in from a new device")).TextBody.ShouldNotBeNull().ShouldContain("Lynx/2.9");
        await Eventually.True(() => rig.Receiver.At(path).Count == 1, TimeSpan.FromSeconds(10), "the channel is told");
        await Eventually.True(async () => await rig.ScalarAsync<long>(
            $"select count(*) from outgoing.messages where tenant_id = '{ada.TenantId}' and ended_at is null") == 0, "all is sent");
        (await rig.MailsToAsync(ada.Email)).Count(mail => IsOfNewDevice(mail)).ShouldBe(1, "not twice to the same address");
        (await rig.MailsToAsync(viewer.Email)).ShouldNotContain(mail => IsOfNewDevice(mail));
        Notices(await viewer.GetAsync("/api/notifications")).ShouldNotContain("login.new_device");
        ada.Take(known);
        Notices(await ada.GetAsync("/api/notifications")).Count(kind => kind == "login.new_device").ShouldBe(1);
    }

    private static bool IsOfNewDevice(MimeMessage mail) => mail.Subject?.Contains("new device", StringComparison.Ordinal) is true;

    private static List<string> Notices(
        Answer answer) => [.. answer.Json.GetProperty("items").EnumerateArray().Select(notice => notice.GetProperty("kind").GetString()!)];

    private async Task<MimeMessage> MailAsync(string to, string subject)
    {
        await Eventually.True(async () => (await rig.MailsToAsync(to)).Any(mail => mail.Subject == subject), TimeSpan.FromSeconds(10),
            $"the mail '{subject}' is there");
        return (await rig.MailsToAsync(to)).First(mail => mail.Subject == subject);
    }

    private static string TokenOf(
        MimeMessage mail, string page) => Link().Match(mail.TextBody ?? "") is { Success: true } match && match.Groups[1].Value == page
        ? match.Groups[2].Value : throw new InvalidOperationException($"No link to /{page} in: {mail.TextBody}");

    private Task<Answer> VerifyAsync(string token) => AnonymousAsync("/auth/verify", new { token });

    private Task<Answer> ForgotAsync(string email) => AnonymousAsync("/auth/forgot", new { email });

    private Task<Answer> ResetAsync(string token, string password) => AnonymousAsync("/auth/reset", new { token, password });

    private Task<Answer> LogInAsync(string email, string password, string? totp = null, params (string, string)[] headers) =>
        new Person(rig.NewClient(), email).SendAsync(HttpMethod.Post, "/auth/login", new { email, password, totp }, null, headers);

    private Task<Answer> AnonymousAsync(
        string path, object body) => new Person(rig.NewClient(), "x").SendAsync(HttpMethod.Post, path, body, null);

    private static (int Status, string? Code) Told(Answer answer) => ((int)answer.Status, answer.Code);

    [GeneratedRegex(@"/(verify|reset)\?token=([A-Za-z0-9_]+)", RegexOptions.None, 1000)]
    private static partial Regex Link();
}
