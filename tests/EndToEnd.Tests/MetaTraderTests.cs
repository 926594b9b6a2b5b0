using System.Net;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>An account that is connected through a terminal, with the terminal as a process that speaks the heartbeat protocol.</summary>
[Collection(SystemCollection.Name)]
public sealed class MetaTraderTests(RunningSystem system)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task From_the_registration_through_the_terminals_first_report_to_a_close_and_an_offline_terminal()
    {
        using var trader = await Trader.SignUpAsync(system);
        var login = Random.Shared.NextInt64(1_000_000, 9_000_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var account = await trader.ConnectAsync("mtx", new { login, server = "Demo-1", platform = "MT5", mode = "demo" });
        account.GetProperty("status").GetString().ShouldBe("pending");
        (await AlertAsync(trader, "buy")).Code.ShouldBe("broker.offline");

        var setup = await trader.GetAsync($"/api/accounts/{trader.AccountId}/agent");
        setup.Status.ShouldBe(HttpStatusCode.OK, setup.Text);
        foreach (var download in setup.Json.GetProperty("downloads").EnumerateArray())
            (await trader.GetAsync(download.GetProperty("href").GetString()!)).Text.ShouldContain("/api/ea/heartbeat");

        using (new TerminalProcess(system, trader, login))
        {
            await StatusAsync(trader, "active");
            var alert = await AlertAsync(trader, "buy");
            var order = alert.Json.GetProperty("order_id").GetString()!;
            var filled = await trader.OrderInStateAsync(order, "FILLED", Soon);
            filled.GetProperty("avg_price").GetDecimal().ShouldBe(1.0921m);
            await Eventually.True(async () => (await trader.PositionsAsync()).Length == 1, Soon, "the position is shown");
            var position = (await trader.PositionsAsync())[0];
            position.GetProperty("symbol").GetString().ShouldBe("EURUSD");

            var close = await trader.PostAsync("/api/orders/close", new { position_id = position.GetProperty("id").GetString() });
            close.Status.ShouldBe(HttpStatusCode.OK, close.Text);
            close.Json.GetProperty("pnl").GetDecimal().ShouldBe(-20m);
        }

        await StatusAsync(trader, "offline");
        (await AlertAsync(trader, "sell")).Code.ShouldBe("broker.offline");
    }

    private static Task<Answer> AlertAsync(Trader trader, string side) => trader.AlertAsync(new { side, symbol = "EURUSD", qty = 1 });

    private static Task StatusAsync(Trader trader, string status) => Eventually.True(
        async () => (await trader.GetAsync($"/api/accounts/{trader.AccountId}")).Json.GetProperty("status").GetString() == status, Soon,
        $"the account is {status}");
}
