using System.Net;
using System.Text.Json;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>One alert, many accounts: a strategy of a person's own, followed at three brokers.</summary>
[Collection(SystemCollection.Name)]
public sealed class StrategyTests(RunningSystem system)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task One_alert_is_traded_by_each_account_in_its_own_symbol_and_size_and_one_flat_closes_all()
    {
        using var trader = await Trader.SignUpAsync(system);
        var made = await trader.PostAsync("/api/strategies", new { name = "Three brokers", description = "d" });
        made.Status.ShouldBe(HttpStatusCode.Created, made.Text);
        var strategy = made.Json.GetProperty("id").GetString()!;
        var url = new Uri(made.Json.GetProperty("webhook_url").GetString()!);

        await FollowAsync("tradelocker", new { email = trader.BrokerEmail, password = "broker-password", server = "SIM", mode = "sim" },
            multiplier: 0.5m);
        await FollowAsync("topstep", new { user_name = trader.BrokerEmail, api_key = "some-key", rules_confirmed = true, mode = "sim" },
            multiplier: 1, ("EURUSD", "MES1!"));
        await FollowAsync("paper", new { }, multiplier: 2);

        (await SendAsync("long", 2, "flat", 0)).GetProperty("fan_out").GetInt32().ShouldBe(3);
        await HoldAsync(("tradelocker", "BUY", 1), ("topstep", "BUY", 2), ("paper", "BUY", 4));

        (await SendAsync("short", 2, "long", 2)).GetProperty("fan_out").GetInt32().ShouldBe(3);
        await HoldAsync(("tradelocker", "SELL", 1), ("topstep", "SELL", 2), ("paper", "SELL", 4));

        (await SendAsync("flat", 0, "short", 2)).GetProperty("fan_out").GetInt32().ShouldBe(3);
        await HoldAsync();

        async Task FollowAsync(string broker, object form, decimal multiplier, (string Symbol, string Target)? line = null)
        {
            await trader.BrokerInStateAsync(broker, "active", TimeSpan.FromMinutes(1));
            await trader.ConnectAsync(broker, form);
            if (line is var (symbol, target))
            {
                var mapped = await trader.PutAsync($"/api/accounts/{trader.AccountId}/symbols",
                    new { items = new[] { new { symbol, target } } });
                mapped.Status.ShouldBe(HttpStatusCode.OK, mapped.Text);
            }
            var followed = await trader.PostAsync($"/api/strategies/{strategy}/activate",
                new { account_id = trader.AccountId, multiplier });
            followed.Status.ShouldBe(HttpStatusCode.Created, followed.Text);
        }

        async Task<JsonElement> SendAsync(string position, int size, string before, int sizeBefore)
        {
            var sent = await trader.AlertAtAsync(url.AbsolutePath, JsonSerializer.Serialize(new
            {
                version = "unify.v1",
                intent = new { action = "target", symbol = "EURUSD", position, position_size = size, prev_position = before,
                    prev_position_size = sizeBefore },
            }));
            sent.Status.ShouldBe(HttpStatusCode.Accepted, sent.Text);
            return sent.Json;
        }

        async Task HoldAsync(params (string Broker, string Side, decimal Quantity)[] expected)
        {
            JsonElement[] held = [];
            await Eventually.True(async () =>
            {
                held = await trader.PositionsAsync();
                return held.Select(row => (row.GetProperty("broker").GetString()!, row.GetProperty("side").GetString()!,
                    row.GetProperty("qty").GetDecimal())).ToHashSet().SetEquals(expected);
            }, Soon, () => $"{string.Join(", ", expected)} should be held, and it is {string.Join(", ", held)}");
        }
    }
}
