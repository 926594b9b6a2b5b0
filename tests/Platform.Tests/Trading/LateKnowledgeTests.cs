using System.Threading.Channels;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>Brokers tell a fill more than once, and not always all of it: what comes later is added, in whatever order it comes.</summary>
public sealed class LateKnowledgeTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private readonly Channel<AccountUpdate> feed = Channel.CreateUnbounded<AccountUpdate>();
    private DateTimeOffset at = DateTimeOffset.UtcNow;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_profit_that_is_told_later_reaches_fill_order_position_and_daily_loss(bool profitFirst)
    {
        await using var rig = await StartAsync();
        var (account, id, order) = await ClosedAsync(rig);
        // As TradeLocker tells it: no fees, and the profit once the instrument's rules are known.
        var bare = Fill("f1", order, id, null, null);
        FillReport[] told = profitFirst ? [bare with { RealizedPnl = -33 }, bare] : [bare, bare with { RealizedPnl = -33 }];

        foreach (var fill in told) feed.Writer.TryWrite(new AccountUpdate.Fill(fill));

        await IsToldAsync(rig, account, "-33 0");
        await CountsAsync(rig, account, -33, 33);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Commissions_that_one_source_alone_tells_count_whichever_comes_first(bool fullerFirst)
    {
        await using var rig = await StartAsync();
        var (account, id, order) = await ClosedAsync(rig);
        // As Topstep tells it: the hub knows commissions beside the fees, the list of trades does not; each reckons its own net profit.
        var listed = Fill("f1", order, id, 0.74m, -21.48m);
        var pushed = Fill("f1", order, id, 1.24m, -22.48m);
        FillReport[] told = fullerFirst ? [pushed, listed] : [listed, pushed];

        foreach (var fill in told) feed.Writer.TryWrite(new AccountUpdate.Fill(fill));

        await IsToldAsync(rig, account, "-22.48 1.24");
        await CountsAsync(rig, account, -22.48m, 22.48m);
    }

    [Fact]
    public async Task A_fill_that_comes_before_the_answer_is_known_as_that_of_its_order()
    {
        await using var rig = await StartAsync();
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.HoldSends = new TaskCompletionSource();
        var order = await rig.SendAsync(account, Intents.Open());
        await Eventually.True(async () => (await rig.RowAsync(order)).Status == "SENDING", TimeSpan.FromSeconds(10), "it is on its way");

        // "o1" is the id that the broker gives its first order.
        feed.Writer.TryWrite(new AccountUpdate.Fill(Fill("f1", "o1", null, 1, null)));
        await Eventually.True(async () => await FillsAsync(rig, account) == 1, "the fill is stored");
        broker.HoldSends.SetResult();
        (await rig.AnswerAsync(order)).Status.ShouldBe("FILLED");

        (await rig.ScalarAsync<Guid>($"select order_id from trading.fills where account_id = '{account.Id}'")).ShouldBe(order.Value);
    }

    [Fact]
    public async Task A_fill_whose_instrument_cannot_be_read_is_stored_all_the_same_and_gets_its_name_later()
    {
        await using var rig = await StartAsync();
        var account = await AccountAsync(rig);
        rig.Broker.InstrumentFault = new ConnectorException("The broker has no time for that.");
        var fill = Fill("f1", "o9", "p9", 1, -20) with { BrokerSymbol = "CON.F.US.EUR.Z26" };

        feed.Writer.TryWrite(new AccountUpdate.Fill(fill));
        await Eventually.True(async () => await FillsAsync(rig, account) == 1, "the fill is stored");
        rig.Broker.Instruments["EUR"] = rig.Broker.Instruments["EURUSD"] with { Symbol = "6E1!", BrokerSymbol = "CON.F.US.EUR.Z26" };
        rig.Broker.InstrumentFault = null;
        feed.Writer.TryWrite(new AccountUpdate.Fill(fill));

        var symbol = $"select symbol from trading.fills where account_id = '{account.Id}'";
        await Eventually.True(async () => await rig.ScalarAsync<string>(symbol) == "6E1!", "it has its name");
        (await rig.ScalarAsync<decimal>($"select pnl from trading.fills where account_id = '{account.Id}'")).ShouldBe(-20);
    }

    private FillReport Fill(string id, string order, string? position, decimal? fees, decimal? pnl) => new()
    {
        BrokerFillId = id, BrokerOrderId = order, BrokerSymbol = "EURUSD.R", Side = Side.Sell, Quantity = 1, Price = 1.0898m,
        BrokerPositionId = position, Fees = fees, RealizedPnl = pnl, At = at,
    };

    // A position of one lot that was opened and closed by us; the broker's answer reckoned -21.
    private async Task<(TestAccount Account, string Position, string Order)> ClosedAsync(TradingRig rig)
    {
        var account = await AccountAsync(rig);
        await rig.RunAsync(account, Intents.Open());
        var id = rig.Broker.Of(account.Id).Positions.Single().BrokerPositionId;
        var close = await rig.RunAsync(account, Intents.Close());
        close.Pnl.ShouldBe(-21);
        at = DateTimeOffset.UtcNow;
        return (account, id, close.BrokerOrderId ?? "");
    }

    // The feed is read in its order: a mark behind both tells that both were taken.
    private async Task IsToldAsync(TradingRig rig, TestAccount account, string fill)
    {
        feed.Writer.TryWrite(new AccountUpdate.Fill(Fill("mark", "other", "other", 0, 0)));
        await Eventually.True(async () => await FillsAsync(rig, account) == 2, "both are taken");
        (await rig.ScalarAsync<string>($"""
            select concat_ws(' ', trim_scale(pnl), trim_scale(fees)) from trading.fills
            where account_id = '{account.Id}' and broker_fill_id = 'f1'
            """)).ShouldBe(fill);
    }

    private static async Task CountsAsync(TradingRig rig, TestAccount account, decimal pnl, decimal loss)
    {
        var ofClose = $"select pnl from trading.orders where account_id = '{account.Id}' and action = 'close'";
        (await rig.ScalarAsync<decimal>(ofClose)).ShouldBe(pnl);
        (await rig.ScalarAsync<decimal>($"select realized_pnl from trading.positions where account_id = '{account.Id}'")).ShouldBe(pnl);
        var ofDay = $"select risk.measure('loss_of_day', '{account.Tenant}', now() - interval '1 hour', 'USD')";
        (await rig.ScalarAsync<decimal>(ofDay)).ShouldBe(loss);
    }

    private static Task<long> FillsAsync(TradingRig rig, TestAccount account) =>
        rig.ScalarAsync<long>($"select count(*) from trading.fills where account_id = '{account.Id}'");

    private async Task<TradingRig> StartAsync()
    {
        var broker = new ScriptedBroker();
        broker.Manifest = broker.Manifest with { Capabilities = broker.Manifest.Capabilities with { Stream = "push" } };
        return await TradingRig.StartAsync(platform, broker);
    }

    private async Task<TestAccount> AccountAsync(TradingRig rig)
    {
        var account = await rig.AccountAsync(script => script.Feed = feed);
        await rig.HoldsAsync(account);
        return account;
    }
}
