using System.Net;
using System.Net.WebSockets;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.OAuth;

/// <summary>What a program's token opens, and how soon it opens nothing any more.</summary>
public sealed class ProgramAccessTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(3);

    [Fact]
    [Trait("Control", "T2")]
    public async Task Read_cannot_trade_and_neither_opens_what_is_for_people()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner);
        var read = owner.With((await partner.TokensAsync(owner, "openid read")).Text("access_token"));
        var trade = owner.With((await partner.TokensAsync(owner, "trade")).Text("access_token"));
        var identity = owner.With((await partner.TokensAsync(owner, "openid profile")).Text("access_token"));

        (await read.GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.OK);
        (await trade.GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.OK);
        (await identity.GetAsync("/api/positions")).Code.ShouldBe("auth.forbidden");
        (await read.PostAsync("/api/user/emergency_stop")).Code.ShouldBe("auth.forbidden");
        (await trade.PostAsync("/api/user/emergency_stop")).Status.ShouldNotBe(HttpStatusCode.Forbidden);
        foreach (var program in new[] { read, trade })
        {
            (await program.PostAsync("/api/user/tokens", new { name = "x", scopes = new[] { "read" } })).Code.ShouldBe("auth.forbidden");
            (await program.PostAsync("/api/user/password", new { })).Code.ShouldBe("auth.forbidden");
            (await program.PostAsync("/api/tenant/invitations", new { email = "x@example.com", role = "owner" })).Code
                .ShouldBe("auth.forbidden");
            (await program.PostAsync("/api/tenant/apps", new { })).Code.ShouldBe("auth.forbidden");
            (await program.PostAsync("/api/user/consent", new { request = "x", allow = true })).Code.ShouldBe("auth.forbidden");
            (await program.GetAsync("/api/admin/audit")).Status.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task An_administrators_program_is_no_administrator()
    {
        var admin = await Person.AdministratorAsync(api);
        var program = admin.With((await (await Partner.MakeAsync(api, admin)).TokensAsync(admin, "openid trade")).Text("access_token"));

        (await admin.GetAsync("/api/admin/audit")).Status.ShouldBe(HttpStatusCode.OK);
        (await program.GetAsync("/api/admin/audit")).Code.ShouldBe("auth.forbidden");
    }

    [Fact]
    [Trait("Control", "T1")]
    public async Task The_accounts_are_those_that_its_person_sees_now()
    {
        var owner = await Person.SignUpAsync(api);
        var trader = await owner.InviteAsync(api, "trader");
        var program = trader.With((await (await Partner.MakeAsync(api, owner)).TokensAsync(trader, "trade")).Text("access_token"));
        var account = Guid.NewGuid();
        await api.ExecuteAsync($"""
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status)
                values ('{account}', '{owner.TenantId}', '{owner.UserId}', 'paper', 'Mine', 'paper', '{account}', 'USD', 'active')
            """);
        (await program.GetAsync($"/api/accounts/{account}")).Status.ShouldBe(HttpStatusCode.OK);

        await owner.PatchAsync($"/api/tenant/members/{trader.UserId}", new { role = "trader", accounts = Array.Empty<Guid>() });

        (await program.GetAsync($"/api/accounts/{account}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await program.PatchAsync($"/api/accounts/{account}", new { enabled = false })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await program.GetAsync("/api/user/brokers")).Json.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_role_is_that_of_now()
    {
        var owner = await Person.SignUpAsync(api);
        var trader = await owner.InviteAsync(api, "trader");
        var program = trader.With((await (await Partner.MakeAsync(api, owner)).TokensAsync(trader, "trade")).Text("access_token"));
        (await program.PostAsync("/api/user/emergency_stop")).Status.ShouldNotBe(HttpStatusCode.Forbidden);

        await owner.PatchAsync($"/api/tenant/members/{trader.UserId}", new { role = "viewer" });

        (await program.PostAsync("/api/user/emergency_stop")).Code.ShouldBe("auth.forbidden");
        (await program.GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.OK);
    }

    public static TheoryData<string> Ends =>
        ["grant", "refresh token", "access token", "app", "member", "password reset", "password", "disabled"];

    [Theory]
    [MemberData(nameof(Ends))]
    [Trait("Control", "A4")]
    public async Task What_is_taken_back_opens_nothing_within_three_seconds_on_another_replica_too(string what)
    {
        var owner = await Person.SignUpAsync(api);
        var guest = await owner.InviteAsync(api, "trader");
        var partner = await Partner.MakeAsync(api, owner);
        var tokens = await partner.TokensAsync(guest, "offline_access read");
        var here = guest.With(tokens.Text("access_token"));
        var there = new Person(ApiFixture.NewClient(Second), guest.Email).With(tokens.Text("access_token"));
        (await here.GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.OK);
        (await there.GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.OK);

        await EndAsync(what, owner, guest, partner, tokens);

        (await here.GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.Unauthorized, "at once where it was taken back");
        await Eventually.True(async () => (await there.GetAsync("/api/positions")).Status == HttpStatusCode.Unauthorized, Promised,
            $"{what} has ended the token");
        if (what != "access token") (await partner.RefreshAsync(tokens.Text("refresh_token"))).Status.ShouldNotBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_is_invited_again_finds_their_programs_out()
    {
        var owner = await Person.SignUpAsync(api);
        var guest = await owner.InviteAsync(api, "trader");
        var partner = await Partner.MakeAsync(api, owner);
        var tokens = await partner.TokensAsync(guest, "offline_access read");
        await owner.DeleteAsync($"/api/tenant/members/{guest.UserId}");

        await api.ExecuteAsync(
            $"insert into tenancy.memberships (tenant_id, user_id, role) values ('{owner.TenantId}', '{guest.UserId}', 'trader')");

        (await guest.With(tokens.Text("access_token")).GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await partner.RefreshAsync(tokens.Text("refresh_token"))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_person_sees_what_they_have_let_in_and_takes_it_back()
    {
        var (owner, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var partner = await Partner.MakeAsync(api, owner);
        await partner.TokensAsync(eve, "openid read");
        await partner.TokensAsync(eve, "trade");

        var grant = (await eve.GetAsync("/api/user/grants")).Json.GetProperty("items").EnumerateArray().Single();
        grant.GetProperty("name").GetString().ShouldBe("Chart Copier");
        grant.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).ShouldBe(["openid", "read", "trade"]);
        grant.GetProperty("last_used_at").ValueKind.ShouldNotBe(System.Text.Json.JsonValueKind.Null);

        (await owner.DeleteAsync($"/api/user/grants/{partner.ClientId}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await eve.DeleteAsync($"/api/user/grants/{partner.ClientId}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await eve.GetAsync("/api/user/grants")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await api.ScalarAsync<long>(
            $"select count(*) from tenancy.audit_log where tenant_id = '{eve.TenantId}' and action in ('app.allowed', 'app.refused')"))
            .ShouldBe(3);
    }

    [Fact]
    [Trait("Control", "T3")]
    public async Task The_socket_takes_a_token_that_reads_and_closes_when_it_is_taken_back()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner);
        using var socket = await OpenAsync((await partner.TokensAsync(owner, "openid read")).Text("access_token"));
        (await socket.ReceiveAsync(new byte[100_000], CancellationToken.None)).MessageType.ShouldBe(WebSocketMessageType.Text);
        using var blind = await OpenAsync((await partner.TokensAsync(owner, "openid profile")).Text("access_token"));
        (await CloseOf(blind)).ShouldBe(4401);

        await owner.DeleteAsync($"/api/user/grants/{partner.ClientId}");

        (await CloseOf(socket)).ShouldBe(4401);
    }

    private Microsoft.AspNetCore.Mvc.Testing.WebApplicationFactory<Program> Second => field ??= api.NewFactory([]);

    private async Task EndAsync(string what, Person owner, Person guest, Partner partner, Answer tokens)
    {
        switch (what)
        {
            case "grant": await guest.DeleteAsync($"/api/user/grants/{partner.ClientId}"); break;
            case "refresh token": await partner.PostAsync("/connect/revoke", new() { ["token"] = tokens.Text("refresh_token") }); break;
            case "access token": await partner.PostAsync("/connect/revoke", new() { ["token"] = tokens.Text("access_token") }); break;
            case "app": await owner.DeleteAsync($"/api/tenant/apps/{partner.ClientId}"); break;
            case "member": await owner.DeleteAsync($"/api/tenant/members/{guest.UserId}"); break;
            case "password reset": await ResetAsync(guest); break;
            case "password":
                await guest.PostAsync("/api/user/password", new { current = Person.Password, password = "another nine lives of a cat" });
                break;
            case "disabled":
                await (await Person.AdministratorAsync(api)).PatchAsync($"/api/admin/users/{guest.UserId}", new { disabled = true });
                break;
            default: throw new ArgumentOutOfRangeException(nameof(what), what, "No such end.");
        }
    }

    private async Task ResetAsync(Person person)
    {
        var token = "tfw_" + new string('7', 43);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)));
        await api.ExecuteAsync($"""
            insert into tenancy.mail_tokens (hash, user_id, purpose, email, normalized_email, created_at, expires_at)
            values (decode('{hash}', 'hex'), '{person.UserId}', 'reset', '{person.Email}', '{person.Email.ToUpperInvariant()}', now(), now() + interval '10 minutes')
            """);
        (await person.SendAsync(HttpMethod.Post, "/auth/reset", new { token, password = "another nine lives of a cat" }, null)).Status
            .ShouldBe(HttpStatusCode.NoContent);
    }

    private async Task<WebSocket> OpenAsync(string token) =>
        await api.Factory.Server.CreateWebSocketClient()
            .ConnectAsync(new Uri($"ws://localhost/ws/positions?token={token}"), CancellationToken.None);

    private static async Task<int?> CloseOf(WebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[100_000];
        while ((await socket.ReceiveAsync(buffer, patience.Token)).MessageType != WebSocketMessageType.Close) { }
        return (int?)socket.CloseStatus;
    }
}
