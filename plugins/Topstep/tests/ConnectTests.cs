using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

public sealed class ConnectTests
{
    [Theory]
    [InlineData("")]
    [InlineData("false")]
    public async Task Without_the_confirmation_of_the_rule_nothing_is_asked_of_the_broker(string confirmed)
    {
        await using var desk = await Desk.OpenAsync();

        var problem = (await desk.LogInAsync(confirmed: confirmed)).ShouldBeOfType<ConnectOutcome.Failed>().Problems.ShouldHaveSingleItem();

        problem.Field.ShouldBe("rules_confirmed");
        (await desk.CallsAsync("LOGIN")).ShouldBe(0);
    }

    [Theory]
    [InlineData("demo", "wrong-key", "api_key", "invalid credentials")]
    [InlineData("nosub-tess", "demo-key", "api_key", "API subscription")]
    [InlineData("", "demo-key", "user_name", "user name")]
    public async Task What_is_refused_names_its_field(string user, string key, string field, string words)
    {
        await using var desk = await Desk.OpenAsync();

        var problem = (await desk.LogInAsync(user, key)).ShouldBeOfType<ConnectOutcome.Failed>().Problems.ShouldHaveSingleItem();

        (problem.Field, problem.Message.Contains(words, StringComparison.Ordinal)).ShouldBe((field, true));
    }

    [Fact]
    public async Task Accounts_that_may_not_trade_are_not_offered()
    {
        await using var desk = await Desk.OpenAsync();

        var connected = (await desk.LogInAsync("duo")).ShouldBeOfType<ConnectOutcome.Connected>();

        connected.Accounts.ShouldHaveSingleItem().Balance.ShouldBe(150_000m);
        await connected.Session.ShouldNotBeNull().DisposeAsync();
    }

    [Fact]
    public async Task Sessions_of_one_user_share_one_log_in()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.ConnectAsync();

        var second = await desk.ConnectAsync(account: "9101");

        (await second.GetAccountAsync(default)).Balance.ShouldBe(50_000m);
        (await desk.CallsAsync("LOGIN")).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_ends_is_exchanged_before_it_does()
    {
        var clock = new DeskClock();
        await using var desk = await Desk.OpenAsync(tokenLife: TimeSpan.FromHours(24), clock: clock);
        var session = await desk.ConnectAsync();
        clock.Move(TimeSpan.FromHours(22.9));
        await session.GetAccountAsync(default);
        (await desk.CallsAsync("VALIDATE")).ShouldBe(0);

        clock.Move(TimeSpan.FromHours(0.2));
        await session.GetAccountAsync(default);

        (await desk.CallsAsync("VALIDATE")).ShouldBe(1);
        clock.Move(TimeSpan.FromHours(2));
        await session.GetAccountAsync(default);
        (await desk.CallsAsync("LOGIN")).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_the_gateway_has_ended_costs_a_log_in_and_nothing_else()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session);
        await desk.PostAsync("tokens/expire", new { });

        (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Accepted>();

        (await desk.LedgerAsync()).Length.ShouldBe(1);
        (await desk.CallsAsync("LOGIN")).ShouldBe(2);
    }

    [Fact]
    public async Task A_token_that_cannot_be_exchanged_is_used_until_it_ends()
    {
        var clock = new DeskClock();
        await using var desk = await Desk.OpenAsync(tokenLife: TimeSpan.FromHours(24), clock: clock);
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session);
        await desk.ArmAsync("http_503_before", "VALIDATE", count: -1);
        await desk.ArmAsync("http_503_before", "LOGIN", count: 1);
        clock.Move(TimeSpan.FromHours(23.5));

        (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Accepted>();

        (await desk.CallsAsync("VALIDATE")).ShouldBe(1);
        // Not tried again with each request, but once a minute.
        await session.GetAccountAsync(default);
        (await desk.CallsAsync("VALIDATE")).ShouldBe(1);
        clock.Move(TimeSpan.FromMinutes(1));
        await session.GetAccountAsync(default);
        (await desk.CallsAsync("LOGIN")).ShouldBe(3);
    }

    [Fact]
    public async Task A_key_that_is_turned_away_without_a_code_names_its_field()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.ArmAsync("token_expired", "LOGIN");

        (await desk.LogInAsync()).ShouldBeOfType<ConnectOutcome.Failed>().Problems.ShouldHaveSingleItem().Field.ShouldBe("api_key");

        (await desk.LogInAsync()).ShouldBeOfType<ConnectOutcome.Connected>();
    }
}
