using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Live.Sockets;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Live;

public sealed class SocketTests(SocketTests.Rig rig) : IClassFixture<SocketTests.Rig>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    [Trait("Control", "T3")]
    public async Task A_snapshot_comes_first_then_events_of_the_own_tenant_alone()
    {
        var (ada, eve) = (await Person.SignUpAsync(rig), await Person.SignUpAsync(rig));
        using var socket = await OpenAsync(ada.AccessToken);
        (await NextAsync(socket)).GetProperty("type").GetString().ShouldBe("snapshot");
        var live = rig.Service<LiveEvents>();

        live.Publish(new TenantId(eve.TenantId), null, """{"type":"update","position_id":"theirs"}""");
        live.Publish(new TenantId(ada.TenantId), null, """{"type":"update","position_id":"mine"}""");

        (await NextAsync(socket)).GetProperty("position_id").GetString().ShouldBe("mine");
    }

    [Fact]
    [Trait("Control", "T3")]
    public async Task What_is_about_an_account_outside_the_list_is_not_told_and_a_new_list_counts_on_an_open_socket()
    {
        var ada = await Person.SignUpAsync(rig);
        var bob = await ada.InviteAsync(rig, "trader");
        var tenant = new TenantId(ada.TenantId);
        var (theirs, mine) = (await PositionAsync(ada), await PositionAsync(ada));
        await LetSeeAsync(mine);
        using var socket = await OpenAsync(bob.AccessToken);
        Guid[] shown = [];
        await ShownAsync(mine.Value);
        var live = rig.Service<LiveEvents>();

        live.Publish(tenant, theirs, """{"type":"update","position_id":"theirs"}""");
        live.Publish(tenant, [mine.Value, theirs.Value], """{"type":"emergency_stop","position_id":"both"}""");
        await TellAsync("of theirs", theirs);
        live.Publish(tenant, mine, """{"type":"update","position_id":"mine"}""");
        (await EventAsync()).GetProperty("position_id").GetString().ShouldBe("mine");
        await TellAsync("of mine", mine);
        (await EventAsync()).GetProperty("text").GetString().ShouldBe("of mine");
        (await bob.GetAsync("/api/notifications")).Json.GetProperty("items").EnumerateArray().ShouldHaveSingleItem().GetProperty("text")
            .GetString().ShouldBe("of mine");

        await LetSeeAsync(theirs);
        await ShownAsync(theirs.Value);
        live.Publish(tenant, mine, """{"type":"update","position_id":"mine"}""");
        live.Publish(tenant, theirs, """{"type":"update","position_id":"theirs"}""");
        (await EventAsync()).GetProperty("position_id").GetString().ShouldBe("theirs");

        // By the look that a socket takes now and then: the message of a change may be lost.
        await rig.ExecuteAsync($"update tenancy.memberships set accounts = null where tenant_id = '{ada.TenantId}'");
        await ShownAsync(theirs.Value, mine.Value);

        // A snapshot may come again: the message of a list that was changed before the socket was opened may be late.
        async Task<JsonElement> EventAsync()
        {
            while (true)
            {
                var next = await NextAsync(socket);
                if (next.GetProperty("type").GetString() != "snapshot") return next;
                PositionsOf(next).ShouldBe(shown, ignoreOrder: true);
            }
        }

        async Task ShownAsync(params Guid[] accounts)
        {
            var before = shown;
            do shown = PositionsOf(await NextAsync(socket));
            while (shown.Length > 0 && shown.ToHashSet().SetEquals(before));
            shown.ShouldBe(accounts, ignoreOrder: true);
        }

        async Task LetSeeAsync(AccountId account) =>
            (await ada.PatchAsync($"/api/tenant/members/{bob.UserId}", new { role = "trader", accounts = new[] { account.Value } }))
                .Status.ShouldBe(HttpStatusCode.NoContent);

        Task TellAsync(string words, AccountId account) =>
            rig.Service<Notifications>()
                .AddAsync(tenant, Notifications.Info, "test.kind", words, $$"""{"account_id":"{{account}}"}""", default);
    }

    private static Guid[] PositionsOf(JsonElement snapshot)
    {
        snapshot.GetProperty("type").GetString().ShouldBe("snapshot");
        return [.. snapshot.GetProperty("positions").EnumerateArray().Select(position => position.GetProperty("account_id").GetGuid())];
    }

    private async Task<AccountId> PositionAsync(Person owner)
    {
        var account = Guid.NewGuid();
        await rig.ExecuteAsync($"""
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status)
                values ('{account}', '{owner.TenantId}', '{owner.UserId}', 'paper', 'Mine', 'paper', '{account}', 'USD', 'active');
            insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, opened_at, updated_at)
                values (gen_random_uuid(), '{owner.TenantId}', '{account}', 'paper', 'p', 'EURUSD', 'EURUSD', 'BUY', 1, 1.1, now(), now());
            """);
        return new AccountId(account);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?token=")]
    [InlineData("?token=nonsense")]
    [Trait("Control", "T3")]
    public async Task A_bad_token_closes_with_4401(string query)
    {
        using var socket = await OpenPathAsync("/ws/positions" + query);

        (await ClosedAsync(socket)).ShouldBe(4401);
    }

    [Fact]
    [Trait("Control", "T3")]
    public async Task A_session_that_ends_closes_its_sockets_with_4401()
    {
        var ada = await Person.SignUpAsync(rig);
        using var socket = await OpenAsync(ada.AccessToken);
        await NextAsync(socket);

        await ada.PostAsync("/auth/logout");

        (await ClosedAsync(socket)).ShouldBe(4401);
    }

    [Fact]
    [Trait("Control", "T3")]
    public async Task Too_many_sockets_of_one_user_are_turned_away()
    {
        var ada = await Person.SignUpAsync(rig);
        List<WebSocket> open = [];
        for (var number = 0; number < 3; number++)
        {
            open.Add(await OpenAsync(ada.AccessToken));
            await NextAsync(open[^1]);
        }

        using var refused = await OpenAsync(ada.AccessToken);

        (await ClosedAsync(refused)).ShouldBe(4429);
        foreach (var socket in open) socket.Dispose();
    }

    [Fact]
    [Trait("Control", "T3")]
    public async Task On_a_connection_of_its_own_a_burst_comes_whole_and_in_order_and_the_end_of_the_session_is_said()
    {
        var server = rig.NewServer(new() { ["Live:RecheckSeconds"] = "0.2" });
        var ada = await Person.SignUpAsync(rig);
        var tenant = new TenantId(ada.TenantId);
        await Eventually.True(() => server.Services.GetRequiredService<RedisBus>().IsConnected, Patience, "Redis answers");
        using var socket = new ClientWebSocket();
        var address = new UriBuilder(
            server.ClientOptions.BaseAddress) { Scheme = "ws", Path = "/ws/positions", Query = "token=" + ada.AccessToken };
        await socket.ConnectAsync(address.Uri, default);
        await NextAsync(socket);
        var live = rig.Service<LiveEvents>();
        var account = new AccountId(Guid.NewGuid());
        var padding = new string('.', 500);

        // More than goes in one write.
        var positions = Enumerable.Range(0, 200).Select(_ => Guid.NewGuid()).ToList();
        foreach (var position in positions)
            live.PublishTick(tenant, account, position, $$"""{"type":"update","position_id":"{{position}}","padding":"{{padding}}"}""");
        live.PublishPosition(tenant, account, positions[^1], """{"type":"closed","position_id":"last"}""");

        List<string> told = [];
        while (told.Count < positions.Count + 1) told.Add((await NextAsync(socket)).GetProperty("position_id").GetString()!);
        told.Order().ShouldBe(positions.Select(position => position.ToString()).Append("last").Order());
        told.IndexOf("last").ShouldBeGreaterThan(told.IndexOf(positions[^1].ToString()));

        await ada.PostAsync("/auth/logout");
        (await ClosedAsync(socket)).ShouldBe(4401);
    }

    [Fact]
    public async Task A_notification_is_kept_told_and_marked_as_read()
    {
        var (ada, eve) = (await Person.SignUpAsync(rig), await Person.SignUpAsync(rig));
        using var socket = await OpenAsync(ada.AccessToken);
        await NextAsync(socket);

        await rig.Service<Notifications>()
            .AddAsync(new TenantId(ada.TenantId), Notifications.Warning, "test.kind", "Look here.", """{"account_id":"1"}""", default);

        var told = await NextAsync(socket);
        (told.GetProperty("type").GetString(), told.GetProperty("text").GetString(), told.GetProperty("severity").GetString())
            .ShouldBe(("notification", "Look here.", "warning"));
        var listed = (await ada.GetAsync("/api/notifications?unread=true")).Json.GetProperty("items").EnumerateArray()
            .ShouldHaveSingleItem();
        listed.GetProperty("id").GetString().ShouldBe(told.GetProperty("id").GetString());
        listed.GetProperty("data").GetProperty("account_id").GetString().ShouldBe("1");
        (await eve.GetAsync("/api/notifications")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await eve.PostAsync("/api/notifications/read", new { ids = new[] { listed.GetProperty("id").GetGuid() } })).Json
            .GetProperty("read").GetInt32().ShouldBe(0);
        (await ada.PostAsync("/api/notifications/read")).Json.GetProperty("read").GetInt32().ShouldBe(1);
        (await ada.GetAsync("/api/notifications?unread=true")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Without_an_upgrade_the_address_says_what_it_is() =>
        (await (await Person.SignUpAsync(rig)).GetAsync("/ws/positions")).Status.ShouldBe(HttpStatusCode.UpgradeRequired);

    private Task<WebSocket> OpenAsync(string token) => OpenPathAsync("/ws/positions?token=" + token);

    private async Task<WebSocket> OpenPathAsync(string path)
    {
        await Eventually.True(() => rig.Service<RedisBus>().IsConnected, Patience, "Redis answers");
        return await rig.Factory.Server.CreateWebSocketClient().ConnectAsync(new Uri(rig.Factory.Server.BaseAddress, path), default);
    }

    private static async Task<JsonElement> NextAsync(WebSocket socket)
    {
        using var timeout = new CancellationTokenSource(Patience);
        var buffer = new byte[16_384];
        var read = await socket.ReceiveAsync(buffer.AsMemory(), timeout.Token);
        read.MessageType.ShouldBe(WebSocketMessageType.Text);
        return JsonDocument.Parse(Encoding.UTF8.GetString(buffer, 0, read.Count)).RootElement;
    }

    private static async Task<int?> ClosedAsync(WebSocket socket)
    {
        using var timeout = new CancellationTokenSource(Patience);
        var buffer = new byte[16_384];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), timeout.Token)).MessageType != WebSocketMessageType.Close) { }
        return (int?)socket.CloseStatus;
    }

    public sealed class Rig : ApiFixture
    {
        protected override Dictionary<string, string?> More => new() { ["Live:RecheckSeconds"] = "0.2", ["Live:SocketsPerUser"] = "3" };
    }
}
