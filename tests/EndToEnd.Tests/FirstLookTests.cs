using System.Net;
using System.Text.Json;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>
/// At every broker: the next look at the positions after an answer that says filled has the position, and after a close it has not. What a
/// busy machine or a broker's limit lets pass as pending is not counted, but it must be the exception.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class FirstLookTests(RunningSystem system)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Paper()
    {
        using var trader = await Trader.SignUpAsync(system);
        await trader.ConnectAsync("paper", new { });
        await LookAsync(trader, "EURUSD", rounds: 20);
    }

    [Fact]
    public async Task TradeLocker()
    {
        using var trader = await Trader.ConnectedAsync(system);
        await LookAsync(trader, "EURUSD", rounds: 20);
    }

    [Fact]
    public async Task Topstep()
    {
        using var trader = await Trader.SignUpAsync(system);
        var form = new { user_name = $"tess-{Guid.NewGuid():N}", api_key = "some-key", rules_confirmed = true, mode = "sim" };
        await trader.ConnectAsync("topstep", form);
        // The gateway's own limits end a longer run in so short a time.
        await LookAsync(trader, "MES1!", rounds: 5);
    }

    [Fact]
    public async Task MetaTrader()
    {
        using var trader = await Trader.SignUpAsync(system);
        var login = Random.Shared.NextInt64(1_000_000, 9_000_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await trader.ConnectAsync("mtx", new { login, server = "Demo-1", platform = "MT5", mode = "demo" });
        using var terminal = new TerminalProcess(system, trader, login);
        await Eventually.True(
            async () => (await trader.GetAsync($"/api/accounts/{trader.AccountId}")).Json.GetProperty("status").GetString() == "active",
            Soon, "the terminal has reported");
        await LookAsync(trader, "EURUSD", rounds: 20);
    }

    private static async Task LookAsync(Trader trader, string symbol, int rounds)
    {
        var seen = 0;
        for (var round = 0; round < rounds; round++)
        {
            var opened = await trader.AlertAsync(new { side = "buy", symbol, qty = 1 });
            if (await IsFilledAsync(trader, opened))
            {
                seen++;
                var position = (await trader.PositionsAsync()).ShouldHaveSingleItem($"round {round}, after {opened.Text}");
                var told = (position.GetProperty("symbol").GetString(), position.GetProperty("side").GetString(), Number(position, "qty"));
                told.ShouldBe((symbol, "BUY", 1m));
            }
            var closed = await trader.AlertAsync(new { action = "close", symbol });
            if (await IsFilledAsync(trader, closed))
            {
                seen++;
                (await trader.PositionsAsync()).ShouldBeEmpty($"round {round}, after {closed.Text}");
            }
        }
        seen.ShouldBeGreaterThan(rounds, "answers that said filled, of two in each round");
    }

    private static decimal Number(JsonElement json, string name) => json.GetProperty(name).GetDecimal();

    // One that is still pending is waited for, so that the rounds do not get mixed up.
    private static async Task<bool> IsFilledAsync(Trader trader, Answer answer)
    {
        answer.Status.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.Accepted], answer.Text);
        if (answer.Json.GetProperty("status").GetString() == "filled") return true;
        await trader.OrderInStateAsync(answer.Json.GetProperty("order_id").GetString()!, "FILLED", Soon);
        return false;
    }
}
