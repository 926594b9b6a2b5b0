using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>
/// Signals come in without a pause while one part after the other is killed. <c>TRADEFLOW_KILL_ROUNDS</c> asks for more rounds than one.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class KillTests(RunningSystem system)
{
    private static readonly string[] Parts = ["TradeFlow.Api", "TradeFlow.Worker", "postgres -D", "redis-server"];
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(60);
    private volatile string lastAnswer = "none";

    [Fact]
    public async Task Every_part_is_back_and_every_signal_that_was_taken_is_one_order()
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        using var stop = new CancellationTokenSource();
        var orders = new ConcurrentDictionary<string, string>();
        var sender = SendAsync(trader, orders, stop.Token);
        using var probe = new HttpClient { BaseAddress = system.Address };

        var rounds = int.TryParse(Environment.GetEnvironmentVariable("TRADEFLOW_KILL_ROUNDS"), out var asked) ? asked : 1;
        for (var round = 0; round < rounds; round++)
        {
            foreach (var part in Parts)
            {
                var (taken, killed) = (orders.Count, system.FindPart(part));
                var clock = Stopwatch.StartNew();
                system.KillPart(part);

                await Eventually.True(() => system.FindPart(part) is { } next && next != killed, Back, $"{part} is started again");
                clock.Elapsed.ShouldBeLessThan(Back);
                await Eventually.True(() => RunningSystem.IsHealthyAsync(probe), Settled, $"the Api is healthy after {part}");
                await Eventually.True(async () =>
                {
                    if (sender.IsCompleted) await sender;
                    return orders.Count >= taken + 3;
                }, Settled, () => $"signals are taken after {part}; the last answer: {lastAnswer}");
            }
        }

        await stop.CancelAsync();
        await sender;
        var open = orders.Values.ToHashSet();
        await Eventually.True(async () =>
        {
            foreach (var order in open.ToList())
            {
                var status = (await trader.OrderAsync(order)).GetProperty("status");
                // A number is the status of a refusal: so many reads a second are more than a person may have.
                if (status.ValueKind != JsonValueKind.String) return false;
                if (status.GetString() == "FILLED") open.Remove(order);
            }
            return open.Count == 0;
        }, Settled, () => $"Every order is filled; these are not: {string.Join(", ", open)}");
        orders.Values.Distinct().Count().ShouldBe(orders.Count, "each signal is an order of its own");
        var tags = (await broker.LedgerAsync(trader)).Select(entry => entry.GetProperty("tag").GetString()).ToList();
        tags.Count.ShouldBe(orders.Count, "none is lost, none is doubled");
        tags.Distinct().Count().ShouldBe(tags.Count);
    }

    // As a sender that does not give up: the same signal until it is answered.
    private async Task SendAsync(Trader trader, ConcurrentDictionary<string, string> orders, CancellationToken ct)
    {
        for (var number = 0; !ct.IsCancellationRequested; number++)
        {
            var id = $"signal-{number}";
            var body = JsonSerializer.Serialize(
                new { version = "unify.v1", id, intent = new { side = number % 2 == 0 ? "buy" : "sell", symbol = "EURUSD", qty = 0.01 } });
            while (!orders.ContainsKey(id))
            {
                try
                {
                    lastAnswer = $"none yet to {id}";
                    var answer = await trader.AlertAsync(body);
                    lastAnswer = $"{answer.Status} {answer.Text}";
                    if (answer.Status is HttpStatusCode.OK or HttpStatusCode.Accepted)
                        orders[id] = answer.Json.GetProperty("order_id").GetString()!;
                    else ((int)answer.Status).ShouldBeGreaterThanOrEqualTo(429, answer.Text);
                }
                catch (HttpRequestException)
                {
                    // Nobody listens at this moment.
                }
                // A person's trial has room for so many signals a second.
                await Task.Delay(TimeSpan.FromMilliseconds(250), CancellationToken.None);
            }
        }
    }
}
