using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Accounts;

/// <summary>Who may do what to whose account.</summary>
public sealed class AccessMatrixTests(ScriptedBroker api) : IClassFixture<ScriptedBroker>
{
    public static TheoryData<string, string> Changes => new()
    {
        { "PATCH", "" }, { "DELETE", "" }, { "POST", "/reveal-api-key" }, { "POST", "/regenerate-api-key" }, { "POST", "/reconnect" },
        { "POST", "/reveal-agent-key" }, { "POST", "/regenerate-agent-key" },
    };

    [Theory]
    [Trait("Control", "T2")]
    [MemberData(nameof(Changes))]
    public async Task An_account_of_another_tenant_is_404_and_untouched(string method, string action)
    {
        var (ada, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var made = await ScriptedBroker.ConnectAsync(ada);

        var foreign = await CallAsync(eve, method, made.Text("id"), action);
        var unknown = await CallAsync(eve, method, Guid.NewGuid().ToString(), action);

        foreign.Status.ShouldBe(HttpStatusCode.NotFound);
        (foreign.Code, foreign.Text("detail")).ShouldBe((unknown.Code, unknown.Text("detail")));
        (await eve.GetAsync($"/api/accounts/{made.Text("id")}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ada.PostAsync($"/api/accounts/{made.Text("id")}/reveal-api-key")).Text("api_key").ShouldBe(made.Text("api_key"));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_viewer_reads_and_changes_nothing(string method, string action)
    {
        var ada = await Person.SignUpAsync(api);
        var made = await ScriptedBroker.ConnectAsync(ada);
        var viewer = await ada.InviteAsync(api, "viewer");

        (await viewer.GetAsync($"/api/accounts/{made.Text("id")}")).Status.ShouldBe(HttpStatusCode.OK);
        var answer = await CallAsync(viewer, method, made.Text("id"), action);

        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Code.ShouldBe("auth.forbidden");
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Without_a_token_the_answer_is_401(string method, string action)
    {
        var nobody = new Person(api.NewClient(), "x");

        var answer = await nobody.SendAsync(new HttpMethod(method), $"/api/accounts/{Guid.NewGuid()}{action}", new { }, null);

        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Code.ShouldBe("auth.unauthenticated");
    }

    [Fact]
    public async Task A_token_of_scope_read_changes_nothing_and_one_of_scope_trade_does()
    {
        var ada = await Person.SignUpAsync(api);
        var id = (await ScriptedBroker.ConnectAsync(ada)).Text("id");
        var reads = ada.With((await ada.PostAsync("/api/user/tokens", new { name = "r", scopes = new[] { "read" } })).Text("token"));
        var trades = ada.With((await ada.PostAsync("/api/user/tokens", new { name = "t", scopes = new[] { "trade" } })).Text("token"));

        (await reads.GetAsync("/api/user/brokers")).Status.ShouldBe(HttpStatusCode.OK);
        (await reads.PatchAsync($"/api/accounts/{id}", new { enabled = false })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await trades.PatchAsync($"/api/accounts/{id}", new { enabled = false })).Status.ShouldBe(HttpStatusCode.OK);
        (await trades.PostAsync("/api/tenant/invitations", new { email = "x@example.com", role = "owner" })).Status
            .ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    [Trait("Control", "K4")]
    public async Task An_api_key_opens_no_endpoint_of_people()
    {
        var ada = await Person.SignUpAsync(api);
        var made = await ScriptedBroker.ConnectAsync(ada);

        foreach (var path in new[] { "/api/user/me", "/api/user/brokers", $"/api/accounts/{made.Text("id")}" })
            (await ada.With(made.Text("api_key")).GetAsync(path)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Malformed_ids_are_404() =>
        (await (await Person.SignUpAsync(api)).GetAsync("/api/accounts/not-an-id")).Status.ShouldBe(HttpStatusCode.NotFound);

    private static Task<Answer> CallAsync(Person person, string method, string id, string action) =>
        person.SendAsync(new HttpMethod(method), $"/api/accounts/{id}{action}", new { }, person.AccessToken);
}
