using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Tests.Support;

namespace TradeFlow.Plugins.TradeLocker.Tests;

/// <summary>Tokens that end, passwords that change, users with several accounts.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task A_token_that_ends_in_the_middle_is_renewed_unnoticed_and_once_for_all()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PostAsync("tokens/expire", new { });

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => session.GetAccountAsync(CancellationToken.None)));

        (await desk.CallsAsync("AUTH_REFRESH")).ShouldBe(1);
        (await desk.CallsAsync("AUTH_TOKEN")).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_ends()
    {
        var clock = new DeskClock();
        await using var desk = await Desk.OpenAsync(tokenLife: TimeSpan.FromHours(1), clock: clock);
        var session = await desk.ConnectAsync();
        clock.Move(TimeSpan.FromMinutes(54));
        await session.GetAccountAsync(CancellationToken.None);
        (await desk.CallsAsync("AUTH_REFRESH")).ShouldBe(0);

        clock.Move(TimeSpan.FromMinutes(2));
        await session.GetAccountAsync(CancellationToken.None);

        (await desk.CallsAsync("AUTH_REFRESH")).ShouldBe(1);
        clock.Move(TimeSpan.FromMinutes(10));
        await session.GetAccountAsync(CancellationToken.None);
        (await desk.AnswersAsync(401)).ShouldBe(0);
    }

    [Fact]
    public async Task A_changed_password_ends_the_session_with_one_try()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PostAsync("password", new { email = "demo@tradeflow.local", newPassword = "another-one" });

        for (var i = 0; i < 5; i++)
            (await Should.ThrowAsync<ConnectorException>(() => session.GetAccountAsync(CancellationToken.None))).Kind
                .ShouldBe(ConnectorErrorKind.Authentication);

        (await desk.CallsAsync("AUTH_TOKEN")).ShouldBe(2, "one at the start, one that was refused");
    }

    [Fact]
    public async Task A_session_comes_back_with_the_stored_refresh_token()
    {
        await using var desk = await Desk.OpenAsync();
        var account = (await desk.LogInAsync()).ShouldBeOfType<ConnectOutcome.Connected>().Accounts[0].Id;
        var before = await desk.CallsAsync("AUTH_TOKEN");

        await using var session = await desk.Restarted().ConnectAsync(account: account);

        (await session.GetAccountAsync(CancellationToken.None)).Balance.ShouldBe(50_000m);
        (await desk.CallsAsync("AUTH_TOKEN")).ShouldBe(before);
        (await desk.CallsAsync("AUTH_REFRESH")).ShouldBe(1);
    }

    [Fact]
    public async Task A_stored_refresh_token_does_not_open_a_session_for_other_credentials()
    {
        await using var desk = await Desk.OpenAsync();
        var account = (await desk.LogInAsync()).ShouldBeOfType<ConnectOutcome.Connected>().Accounts[0].Id;

        var outcome = await desk.Restarted().LogInAsync(password: "wrong-password", account: account);

        outcome.ShouldBeOfType<ConnectOutcome.Failed>().Problems[0].Field.ShouldBe("password");
        (await desk.CallsAsync("AUTH_REFRESH")).ShouldBe(0);
    }

    [Fact]
    public async Task Two_accounts_of_one_user_do_not_log_each_other_out()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new { singleSession = true });
        var accounts = (await desk.LogInAsync("duo@tradeflow.local")).ShouldBeOfType<ConnectOutcome.Connected>().Accounts;
        var first = await desk.ConnectAsync("duo@tradeflow.local", account: accounts[0].Id);
        var second = await desk.ConnectAsync("duo@tradeflow.local", account: accounts[1].Id, state: new Memory());

        for (var i = 0; i < 3; i++)
        {
            (await first.GetAccountAsync(CancellationToken.None)).Currency.ShouldBe("USD");
            (await second.GetAccountAsync(CancellationToken.None)).Currency.ShouldBe("EUR");
        }

        (await desk.CallsAsync("AUTH_TOKEN")).ShouldBe(1);
        (await desk.AnswersAsync(401)).ShouldBe(0);
    }

    [Fact]
    public async Task A_store_that_fails_bars_no_log_in()
    {
        await using var desk = await Desk.OpenAsync();
        desk.State.Fails = true;

        var session = await desk.ConnectAsync();

        (await session.GetAccountAsync(CancellationToken.None)).Balance.ShouldBe(50_000m);
    }
}
