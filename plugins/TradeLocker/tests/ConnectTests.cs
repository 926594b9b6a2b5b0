using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Tests.Support;

namespace TradeFlow.Plugins.TradeLocker.Tests;

public sealed class ConnectTests
{
    [Fact]
    public async Task The_only_account_is_opened_at_once()
    {
        await using var desk = await Desk.OpenAsync();

        var connected = (await desk.LogInAsync()).ShouldBeOfType<ConnectOutcome.Connected>();

        connected.Accounts.ShouldHaveSingleItem().Currency.ShouldBe("USD");
        connected.Accounts[0].Balance.ShouldBe(50_000m);
        var money = await connected.Session.ShouldNotBeNull().GetAccountAsync(CancellationToken.None);
        (money.Balance, money.Equity, money.FreeMargin, money.CanTrade).ShouldBe((50_000m, 50_000m, 50_000m, true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_password_is_told_at_its_field(bool asUnauthorized)
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new { wrongCredentials401 = asUnauthorized });

        var failed = (await desk.LogInAsync(password: "wrong-password")).ShouldBeOfType<ConnectOutcome.Failed>();

        failed.Problems.ShouldHaveSingleItem().Field.ShouldBe("password");
        failed.Problems[0].Message.ShouldContain("\"SIM\"");
        (await desk.CallsAsync("AUTH_TOKEN")).ShouldBe(1);
    }

    [Fact]
    public async Task An_unknown_server_is_told_at_its_field()
    {
        await using var desk = await Desk.OpenAsync();

        var failed = (await desk.LogInAsync(server: "NOWHERE")).ShouldBeOfType<ConnectOutcome.Failed>();

        failed.Problems.ShouldHaveSingleItem().Field.ShouldBe("server");
        failed.Problems[0].Message.ShouldContain("NOWHERE");
    }

    [Fact]
    public async Task Empty_fields_are_told_without_asking_the_broker()
    {
        await using var desk = await Desk.OpenAsync();

        var failed = (await desk.LogInAsync("", "", "")).ShouldBeOfType<ConnectOutcome.Failed>();

        failed.Problems.Select(problem => problem.Field).ShouldBe(["email", "password", "server"]);
        (await desk.CallsAsync("AUTH_TOKEN")).ShouldBe(0);
    }

    [Fact]
    public async Task Several_accounts_are_listed_and_the_named_one_is_opened()
    {
        await using var desk = await Desk.OpenAsync();

        var listed = (await desk.LogInAsync("duo@tradeflow.local")).ShouldBeOfType<ConnectOutcome.Connected>();
        listed.Session.ShouldBeNull();
        listed.Accounts.Select(account => account.Currency).ShouldBe(["USD", "EUR"]);

        var second = await desk.ConnectAsync("duo@tradeflow.local", account: listed.Accounts[1].Id);
        (await second.GetAccountAsync(CancellationToken.None)).Currency.ShouldBe("EUR");
        (await second.GetAccountAsync(CancellationToken.None)).Balance.ShouldBe(10_000m);
    }

    [Fact]
    public async Task An_account_that_is_gone_is_no_session()
    {
        await using var desk = await Desk.OpenAsync();

        var failed = (await desk.LogInAsync(account: "999999")).ShouldBeOfType<ConnectOutcome.Failed>();

        failed.Problems[0].Message.ShouldContain("999999");
    }

    [Theory]
    [InlineData("http_500_before", ConnectorErrorKind.Transient)]
    [InlineData("http_502_html_before", ConnectorErrorKind.Transient)]
    [InlineData("html_200", ConnectorErrorKind.Protocol)]
    [InlineData("429", ConnectorErrorKind.RateLimited)]
    [InlineData("cloudflare_1015", ConnectorErrorKind.RateLimited)]
    [InlineData("reset_before", ConnectorErrorKind.Transient)]
    public async Task A_broker_that_cannot_answer_is_no_wrong_password(string fault, ConnectorErrorKind kind)
    {
        await using var desk = await Desk.OpenAsync();
        await desk.ArmAsync(fault, "AUTH_TOKEN");

        (await Should.ThrowAsync<ConnectorException>(() => desk.LogInAsync())).Kind.ShouldBe(kind);
        (await desk.CallsAsync("AUTH_TOKEN")).ShouldBe(1);
    }

    [Fact]
    public async Task A_broker_that_is_down_is_unreachable()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.Simulator.DownAsync();

        (await Should.ThrowAsync<ConnectorException>(() => desk.LogInAsync())).Kind.ShouldBe(ConnectorErrorKind.Unreachable);
    }
}
