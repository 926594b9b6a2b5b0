using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;
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

        live.Publish(new TenantId(eve.TenantId), """{"type":"update","position_id":"theirs"}""");
        live.Publish(new TenantId(ada.TenantId), """{"type":"update","position_id":"mine"}""");

        (await NextAsync(socket)).GetProperty("position_id").GetString().ShouldBe("mine");
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
    public void A_reader_that_is_too_slow_gets_a_fresh_snapshot_instead_of_a_longer_queue()
    {
        var queue = new LiveQueue(4);
        queue.TakeSnapshotWish().ShouldBeTrue("the first thing is a snapshot");

        for (var number = 0; number < 10; number++) queue.Add([(byte)number]);

        queue.TakeSnapshotWish().ShouldBeTrue();
        queue.TryTake(out _).ShouldBeFalse("what waited is in the snapshot");
        queue.Add([42]);
        queue.TakeSnapshotWish().ShouldBeFalse();
        queue.TryTake(out var next).ShouldBeTrue();
        next.ShouldBe([42]);
    }

    [Fact]
    public async Task A_notification_is_kept_told_and_marked_as_read()
    {
        var (ada, eve) = (await Person.SignUpAsync(rig), await Person.SignUpAsync(rig));
        using var socket = await OpenAsync(ada.AccessToken);
        await NextAsync(socket);

        await rig.Service<Notifications>().AddAsync(new TenantId(ada.TenantId), Notifications.Warning, "test.kind", "Look here.", """{"account_id":"1"}""", default);

        var told = await NextAsync(socket);
        (told.GetProperty("type").GetString(), told.GetProperty("text").GetString(), told.GetProperty("severity").GetString()).ShouldBe(("notification", "Look here.", "warning"));
        var listed = (await ada.GetAsync("/api/notifications?unread=true")).Json.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        listed.GetProperty("id").GetString().ShouldBe(told.GetProperty("id").GetString());
        listed.GetProperty("data").GetProperty("account_id").GetString().ShouldBe("1");
        (await eve.GetAsync("/api/notifications")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await eve.PostAsync("/api/notifications/read", new { ids = new[] { listed.GetProperty("id").GetGuid() } })).Json.GetProperty("read").GetInt32().ShouldBe(0);
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
