using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

/// <summary><c>GatewayLogout</c>: when the feed comes back, and when it leaves the place to somebody else.</summary>
public sealed class LogoutTests
{
    private const string Logout = """["Session ended"]""";

    private readonly DeskClock clock = new();
    private readonly ConcurrentQueue<ScriptedHub> opened = new();

    [Fact]
    public async Task A_logout_for_a_token_that_has_ended_is_answered_with_another_token_at_once()
    {
        await using var desk = await OpenAsync();
        await using var watcher = new Watcher(await desk.ConnectAsync());
        await IsUpAsync(desk, 1);
        await desk.PostAsync("tokens/expire", new { });

        // The hub itself leaves the connection open.
        opened.Last().Tell("GatewayLogout", Logout);

        await IsUpAsync(desk, 2);
        (await desk.CallsAsync("LOGIN")).ShouldBe(2);
    }

    [Fact]
    public async Task A_logout_while_the_token_is_good_leaves_the_place_for_half_a_minute()
    {
        await using var desk = await OpenAsync();
        await using var watcher = new Watcher(await desk.ConnectAsync());
        await IsUpAsync(desk, 1);

        opened.Last().Tell("GatewayLogout", Logout);

        await Eventually.True(async () => await desk.CallsAsync("VALIDATE") == 1, TimeSpan.FromSeconds(10), "the token is tried");
        await desk.PassAsync(TimeSpan.FromSeconds(29));
        opened.Count.ShouldBe(1);
        await desk.PassAsync(TimeSpan.FromSeconds(2));
        await IsUpAsync(desk, 2);
    }

    [Fact]
    public async Task A_gateway_that_logs_out_whatever_token_it_gets_is_not_fought()
    {
        await using var desk = await OpenAsync();
        await using var watcher = new Watcher(await desk.ConnectAsync());
        await IsUpAsync(desk, 1);
        await desk.PostAsync("tokens/expire", new { });
        opened.Last().Tell("GatewayLogout", Logout);
        await IsUpAsync(desk, 2);
        await desk.PostAsync("tokens/expire", new { });

        opened.Last().Tell("GatewayLogout", Logout);

        await desk.PassAsync(TimeSpan.FromSeconds(25));
        opened.Count.ShouldBe(2);
        await desk.PassAsync(TimeSpan.FromSeconds(6));
        await IsUpAsync(desk, 3);
    }

    private async Task<Desk> OpenAsync()
    {
        var desk = await Desk.OpenAsync(clock: clock);
        desk.Http.Hubs["user"] = _ =>
        {
            var hub = new ScriptedHub();
            opened.Enqueue(hub);
            return hub;
        };
        return desk;
    }

    private Task IsUpAsync(Desk desk, int connections) => Eventually.True(async () =>
    {
        await desk.PassAsync(TimeSpan.FromMilliseconds(100));
        return opened.Count == connections && opened.Last().IsSubscribed;
    }, TimeSpan.FromSeconds(10), $"connection {connections}");
}
