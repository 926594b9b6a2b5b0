using System.Threading.Channels;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>A push broker whose stream and readings tell the same things at the same time, under load.</summary>
public sealed class SideBySideTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const int Rounds = 400;

    [Fact]
    public async Task Stream_and_readings_lose_nothing_and_count_nothing_twice()
    {
        var feed = Channel.CreateUnbounded<AccountUpdate>();
        var broker = new ScriptedBroker();
        broker.Manifest = broker.Manifest with { Capabilities = broker.Manifest.Capabilities with { Stream = "push" } };
        await using var rig = await TradingRig.StartAsync(platform, broker);
        var account = await rig.AccountAsync(script => script.Feed = feed);
        await rig.HoldsAsync(account);
        var there = rig.Broker.Of(account.Id);
        List<FillReport> fills = [];
        there.Bend = state =>
        {
            lock (fills) return state with { Fills = [.. fills] };
        };
        await Eventually.True(() => there.Reads > 0, TimeSpan.FromSeconds(15), "the first reading");

        for (var round = 0; round < Rounds; round++)
        {
            var fill = Fill(round);
            lock (fills) fills.Add(fill);
            // The gap brings a reading beside the stream, which has the same fill and the same money.
            feed.Writer.TryWrite(new AccountUpdate.Gap("look"));
            feed.Writer.TryWrite(new AccountUpdate.Fill(fill));
            var money = new AccountSnapshot { Currency = "USD", Balance = 10_000 - round, Equity = 10_000 - round };
            feed.Writer.TryWrite(new AccountUpdate.Balance(money));
            if (round % 40 == 0) Push(feed, there.OpenByHand("EURUSD", Side.Buy, 1, 1.08m), 1.08m + (round / 10_000m));
            // However slow the machine is, it is read while the stream goes on.
            var reads = there.Reads;
            if (round % 40 == 39) await Eventually.True(() => there.Reads > reads, TimeSpan.FromSeconds(15), "a reading beside the stream");
            if (round % 10 == 0) await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default);
        }

        var count = $"select count(*) from trading.fills where account_id = '{account.Id}'";
        await Eventually.True(async () => await rig.ScalarAsync<long>(count) == Rounds, TimeSpan.FromSeconds(60), "every fill is stored");
        (await rig.ScalarAsync<decimal>($"select sum(pnl) from trading.fills where account_id = '{account.Id}'")).ShouldBe(-Rounds);
        await Eventually.True(
            async () => (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).Count == Rounds / 40,
            TimeSpan.FromSeconds(30), "every position is there once");
        there.Streams.ShouldBe(1, "the stream never broke");
    }

    private static FillReport Fill(int number) => new()
    {
        BrokerFillId = $"f{number}", BrokerOrderId = $"o{number}", BrokerSymbol = "EURUSD.R", Side = Side.Sell, Quantity = 1, Price = 1.09m,
        BrokerPositionId = $"gone{number}", RealizedPnl = -1, At = DateTimeOffset.UtcNow,
    };

    private static void Push(Channel<AccountUpdate> feed, string id, decimal price) =>
        feed.Writer.TryWrite(new AccountUpdate.Position(new PositionReport
        {
            BrokerPositionId = id, BrokerSymbol = "EURUSD.R", Side = Side.Buy, Quantity = 1, AveragePrice = 1.08m, CurrentPrice = price,
            OpenedAt = DateTimeOffset.UtcNow,
        }, false));
}
