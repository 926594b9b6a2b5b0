using System.Net.WebSockets;
using System.Text.Json;

namespace TradeFlow.Simulators.Tests.ProjectX;

public sealed class HubTests
{
    [Fact]
    public async Task A_market_order_is_told_in_the_order_that_was_observed()
    {
        await using var client = await Client.StartAsync();
        await using var hub = await SubscribedAsync(client);

        await client.BookAsync();

        await hub.WaitForAsync("GatewayUserAccount", 2);
        hub.Seen().Select(item => item.Method)
            .ShouldBe(["GatewayUserOrder", "GatewayUserTrade", "GatewayUserOrder", "GatewayUserPosition", "GatewayUserAccount",
                "GatewayUserAccount"]);
        hub.Data("GatewayUserOrder").Select(order => order.GetProperty("status").GetInt32()).ShouldBe([6, 2]);
        hub.Data("GatewayUserTrade").Single().TryGetProperty("profitAndLoss", out _).ShouldBeFalse("nulls are left out");
        hub.Data("GatewayUserPosition").Single().GetProperty("size").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_closed_position_is_told_with_size_zero()
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync();
        await using var hub = await SubscribedAsync(client);

        await client.CallAsync("Position/closeContract", new { accountId = client.Account, contractId = client.Mes });

        await hub.WaitForAsync("GatewayUserAccount");
        var position = hub.Data("GatewayUserPosition").Single();
        (position.GetProperty("size").GetInt32(), position.GetProperty("type").GetInt32()).ShouldBe((0, 1));
        hub.Data("GatewayUserTrade").Any(trade => trade.TryGetProperty("profitAndLoss", out _)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_rejected_order_is_told_twice()
    {
        await using var client = await Client.StartAsync();
        await using var hub = await SubscribedAsync(client);

        await client.PlaceAsync(size: 0);

        await hub.WaitForAsync("GatewayUserOrder", 2);
        hub.Data("GatewayUserOrder").Select(order => order.GetProperty("status").GetInt32()).ShouldBe([6, 5]);
    }

    [Theory]
    [InlineData(false, false, "{action,data}")]
    [InlineData(true, false, "{}")]
    [InlineData(false, true, "[{action,data}]")]
    public async Task Events_are_wrapped_as_seen_live_or_as_a_switch_says(bool bare, bool listed, string shape)
    {
        await using var client = await Client.StartAsync();
        await client.ControlAsync("/switches", new { bareHubPayload = bare, listedHubPayload = listed });
        await using var hub = await SubscribedAsync(client);

        await client.BookAsync();

        await hub.WaitForAsync("GatewayUserPosition");
        var argument = hub.Seen().First(item => item.Method == "GatewayUserPosition").Arguments.ShouldHaveSingleItem();
        Shape(argument).ShouldBe(shape);
        hub.Data("GatewayUserPosition").Single().GetProperty("size").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task The_first_event_of_an_order_is_an_update_from_the_time_of_its_making()
    {
        await using var client = await Client.StartAsync();
        await using var hub = await SubscribedAsync(client);

        await client.BookAsync();

        await hub.WaitForAsync("GatewayUserOrder", 2);
        var (action, order) = hub.Events("GatewayUserOrder")[0];
        (action, order.GetProperty("status").GetInt32()).ShouldBe((1, 6));
        order.GetProperty("updateTimestamp").GetDateTimeOffset().ShouldBe(order.GetProperty("creationTimestamp").GetDateTimeOffset());
        hub.Events("GatewayUserTrade").Single().Action.ShouldBe(0);
    }

    [Theory]
    [InlineData("left_out", 0.74, null)]
    [InlineData("told", 0.74, 0.5)]
    [InlineData("in_fees", 1.24, null)]
    public async Task Commissions_are_told_beside_the_fees_and_move_the_balance_whatever_a_search_says(string searched, double fees,
        double? commissions)
    {
        await using var client = await Client.StartAsync();
        await client.ControlAsync("/switches", new { searchedCommissions = searched });
        await using var hub = await SubscribedAsync(client);

        await client.BookAsync(size: 2);

        await hub.WaitForAsync("GatewayUserAccount");
        var told = hub.Data("GatewayUserTrade").Single();
        (told.GetProperty("fees").GetDecimal(), told.GetProperty("commissions").GetDecimal()).ShouldBe((0.74m, 0.5m));
        hub.Data("GatewayUserAccount")[0].GetProperty("balance").GetDecimal().ShouldBe(50_000m - 1.24m);
        var found = (await client.TradesAsync()).Single();
        found.GetProperty("fees").GetDecimal().ShouldBe((decimal)fees);
        (found.TryGetProperty("commissions", out var beside) ? beside.GetDouble() : (double?)null).ShouldBe(commissions);
    }

    [Theory]
    [InlineData("hub_cut", false)]
    [InlineData("hub_close", true)]
    public async Task A_connection_ends_in_the_place_of_an_event(string fault, bool says)
    {
        await using var client = await Client.StartAsync();
        await using var hub = await SubscribedAsync(client);
        await client.FaultAsync(fault, "HUB_POSITION");

        await client.BookAsync();

        await Eventually.True(() => Task.FromResult(hub.Closed), "the connection ends");
        hub.Data("GatewayUserPosition").ShouldBeEmpty();
        hub.Farewell.ShouldBe(says ? """{"type":7,"allowReconnect":true}""" : null);
        await using var next = await SubscribedAsync(client);
        await client.BookAsync();
        await next.WaitForAsync("GatewayUserPosition");
    }

    [Fact]
    public async Task The_gateway_logs_a_session_out_on_demand()
    {
        await using var client = await Client.StartAsync();
        await using var hub = await SubscribedAsync(client);

        await client.ControlAsync("/hubs/logout?user=demo", new { });

        await hub.WaitForAsync("GatewayLogout");
        await Eventually.True(() => Task.FromResult(hub.Closed), "the connection ends");
    }

    [Fact]
    public async Task Events_get_lost_and_come_twice_on_demand()
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync("hub_drop", "HUB_POSITION");
        await client.FaultAsync("hub_duplicate", "HUB_TRADE");
        await using var hub = await SubscribedAsync(client);

        await client.BookAsync();
        await hub.WaitForAsync("GatewayUserAccount", 2);

        hub.Data("GatewayUserPosition").ShouldBeEmpty();
        hub.Data("GatewayUserTrade").Length.ShouldBe(2);
        (await client.PositionsAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_second_session_logs_the_first_one_out()
    {
        await using var client = await Client.StartAsync();
        await using var first = await client.ConnectAsync("user");
        await first.InvokeAsync("SubscribeAccounts");

        await using var second = await client.ConnectAsync("user");
        (await second.InvokeAsync("SubscribeAccounts")).ShouldBeNull();

        await first.WaitForAsync("GatewayLogout");
        await Eventually.True(() => Task.FromResult(first.Closed), "the first connection ends");
        second.Closed.ShouldBeFalse();
    }

    [Fact]
    public async Task Quotes_of_a_contract_come_by_its_id()
    {
        await using var client = await Client.StartAsync();
        await using var hub = await client.ConnectAsync("market");

        (await hub.InvokeAsync("SubscribeContractQuotes", client.Mes)).ShouldBeNull();

        await hub.WaitForAsync("GatewayQuote", 2);
        var quotes = hub.Seen().Where(item => item.Method == "GatewayQuote").ToArray();
        quotes[0].Arguments[0].GetString().ShouldBe(client.Mes);
        quotes.Any(quote => quote.Arguments[1].TryGetProperty("volume", out _)).ShouldBeTrue("the first one is whole");
        quotes.Any(quote => !quote.Arguments[1].TryGetProperty("volume", out _)).ShouldBeTrue("the others tell what changed");
        quotes[0].Arguments[1].GetProperty("bestAsk").GetDecimal().ShouldBe(6000.25m);
        (await hub.InvokeAsync("SubscribeContractDepth", client.Mes)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Foreign_accounts_and_missing_tokens_are_refused()
    {
        await using var client = await Client.StartAsync();
        var own = client.Account;
        await client.LogInAsync("somebody");
        await using var hub = await client.ConnectAsync("user");

        (await hub.InvokeAsync("SubscribeOrders", own)).ShouldNotBeNull();

        await Should.ThrowAsync<WebSocketException>(() =>
            HubConnection.OpenAsync(
                new Uri($"{client.Simulator.Address.Replace("http", "ws", StringComparison.Ordinal)}/hubs/user?access_token=none")));
    }

    private static string Shape(JsonElement argument) => argument.ValueKind switch
    {
        JsonValueKind.Array => $"[{string.Join(",", argument.EnumerateArray().Select(Shape))}]",
        _ when argument.TryGetProperty("data", out _) => $"{{{string.Join(",", argument.EnumerateObject().Select(part => part.Name))}}}",
        _ => "{}",
    };

    private static async Task<HubConnection> SubscribedAsync(Client client)
    {
        var hub = await client.ConnectAsync("user");
        (await hub.InvokeAsync("SubscribeAccounts")).ShouldBeNull();
        (await hub.InvokeAsync("SubscribeOrders", client.Account)).ShouldBeNull();
        (await hub.InvokeAsync("SubscribePositions", client.Account)).ShouldBeNull();
        (await hub.InvokeAsync("SubscribeTrades", client.Account)).ShouldBeNull();
        return hub;
    }
}
