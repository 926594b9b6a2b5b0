using System.Reflection;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Tests.Trading;

public sealed class ProtectTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly TradeIntent Protect = new() { Action = TradeAction.Protect, Symbol = "EURUSD" };
    private static readonly TradeIntent Breakeven = new() { Action = TradeAction.Breakeven, Symbol = "EURUSD" };

    [Fact]
    public async Task A_protect_moves_the_stops_of_all_that_is_open_in_the_symbol_and_null_takes_one_away()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var (account, broker) = await AccountAsync(rig);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        broker.OpenByHand("EURUSD", Side.Buy, 2, 1.085m);
        broker.OpenByHand("GBPUSD", Side.Sell, 1);

        var set = await rig.RunAsync(account,
            Protect with { StopLoss = new PriceRule(PriceMode.Pips, 50), TakeProfit = new PriceRule(PriceMode.Price, 1.1m) });
        (set.Status, set.Action).ShouldBe(("FILLED", "modify"));
        Stops(broker).ShouldBe([(1.075m, 1.1m), (1.08m, 1.1m)]);
        (await rig.RunAsync(account, Protect with { StopLoss = new PriceRule(PriceMode.Price, 1.08m), RemovesTarget = true })).Status
            .ShouldBe("FILLED");
        Stops(broker).ShouldBe([(1.08m, null), (1.08m, null)]);
        (await rig.RunAsync(account, Protect with { StopLoss = new PriceRule(PriceMode.Price, 1.08m) })).RejectCode
            .ShouldBe(OrderCodes.AlreadyThere);
        broker.Positions.Single(position => position.BrokerSymbol == "GBPUSD.R").StopLoss.ShouldBeNull();
    }

    [Theory]
    [InlineData(null, null, 1.08)]
    [InlineData(1.07, null, 1.08)]
    [InlineData(1.085, null, 1.085)]
    [InlineData(null, 20.0, 1.082)]
    [InlineData(1.081, 20.0, 1.082)]
    public async Task A_breakeven_puts_the_stop_at_the_entry_and_never_farther_from_the_market(
        double? before, double? pips, double expected)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var (account, broker) = await AccountAsync(rig);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        if (before is { } stop) await rig.RunAsync(account, Protect with { StopLoss = new PriceRule(PriceMode.Price, (decimal)stop) });

        await rig.RunAsync(account, Breakeven with { Offset = pips is { } offset ? new PriceRule(PriceMode.Pips, (decimal)offset) : null });

        broker.Positions.Single().StopLoss.ShouldBe((decimal)expected);
    }

    [Fact]
    public async Task A_stop_on_the_wrong_side_of_the_market_is_refused_in_words_and_nothing_is_sent()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var (account, broker) = await AccountAsync(rig);
        broker.OpenByHand("EURUSD", Side.Buy, 1, 1.2m);

        var answer = await rig.RunAsync(account, Breakeven);

        (answer.Status, answer.RejectCode).ShouldBe(("REJECTED", OrderCodes.SignalInvalid));
        answer.RejectReason!.ShouldContain("it must be below that");
        broker.Changes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Taking_away_what_is_not_there_changes_nothing()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var (account, broker) = await AccountAsync(rig);
        broker.OpenByHand("EURUSD", Side.Buy, 1);

        (await rig.RunAsync(account, Protect with { RemovesStop = true, RemovesTarget = true })).RejectCode
            .ShouldBe(OrderCodes.AlreadyThere);

        broker.Changes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(25, null, "intent.sl.value")]
    [InlineData(null, 50, "intent.tp.value")]
    public async Task Pips_in_the_place_of_a_price_are_asked_about_when_a_stop_is_moved_too(int? stop, int? target, string field)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var (account, broker) = await AccountAsync(rig);
        broker.OpenByHand("EURUSD", stop is null ? Side.Buy : Side.Sell, 1);

        var answer = await rig.RunAsync(account, Protect with
        {
            StopLoss = stop is { } sl ? new PriceRule(PriceMode.Price, sl) : null,
            TakeProfit = target is { } tp ? new PriceRule(PriceMode.Price, tp) : null,
        });

        (answer.RejectCode, answer.Errors!.Keys.Single()).ShouldBe((OrderCodes.SignalInvalid, field));
        answer.RejectReason!.ShouldContain("Were pips meant?");
        broker.Changes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_broker_that_cannot_says_so_and_is_asked_once()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var (account, broker) = await AccountAsync(rig);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        broker.ChangeAnswer = new OrderOutcome.NotSent("One can be set with the entry only.");

        var answer = await rig.RunAsync(account, Breakeven);

        (answer.Status, answer.RejectCode, answer.RejectReason).ShouldBe(
            ("REJECTED", OrderCodes.BrokerRejected, "One can be set with the entry only."));
        broker.Changes.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_connector_without_changes_is_named()
    {
        var scripted = new ScriptedBroker { Front = Unchanging.Around };
        await using var rig = await TradingRig.StartAsync(platform, scripted);
        var (account, broker) = await AccountAsync(rig);
        broker.OpenByHand("EURUSD", Side.Buy, 1);

        (await rig.RunAsync(account, Breakeven)).RejectCode.ShouldBe(OrderCodes.CannotModify);
        (await rig.RunAsync(account, Intents.Close())).Status.ShouldBe("FILLED");
    }

    [Fact]
    public async Task With_nothing_open_there_is_nothing_to_protect()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var (account, _) = await AccountAsync(rig);

        (await rig.RunAsync(account, Breakeven)).RejectCode.ShouldBe(OrderCodes.NothingToProtect);
    }

    [Fact]
    public async Task An_unknown_change_is_settled_by_the_stops_that_the_broker_shows()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var (account, broker) = await AccountAsync(rig);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        await rig.RunAsync(account, Protect with { StopLoss = new PriceRule(PriceMode.Price, 1.07m) });
        broker.ChangeAnswer = new OrderOutcome.Unknown("The answer was lost.");

        var lost = await rig.SendAsync(account, Protect with { StopLoss = new PriceRule(PriceMode.Price, 1.075m) });
        await rig.StatusAsync(lost, "UNKNOWN");
        broker.ChangeAnswer = null;
        await rig.RunAsync(account, Protect with { StopLoss = new PriceRule(PriceMode.Price, 1.075m) });

        await rig.StatusAsync(lost, "FILLED");
    }

    [Fact]
    public async Task A_change_that_a_dead_worker_left_behind_runs_again()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        var broker = rig.Broker.Of(account.Id);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        var order = await rig.SendAsync(account, Breakeven);
        var dead = await rig.EpochAsync(account);
        await rig.Get<OrderClaims>()
            .ClaimAsync(await rig.RowAsync(order), dead, new ResolvedOrder { BrokerSymbol = "EURUSD.R", StopLoss = 1.08m });

        await rig.RunAsync();

        await rig.StatusAsync(order, "FILLED");
        broker.Positions.Single().StopLoss.ShouldBe(1.08m);
    }

    private static async Task<(TestAccount, ScriptedAccount)> AccountAsync(TradingRig rig)
    {
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        return (account, rig.Broker.Of(account.Id));
    }

    private static List<(decimal?, decimal?)> Stops(ScriptedAccount broker) =>
        [.. broker.Positions.Where(position => position.BrokerSymbol == "EURUSD.R").OrderBy(position => position.AveragePrice)
            .Select(position => (position.StopLoss, position.TakeProfit))];

    /// <summary>The same connector without what a plugin may leave out.</summary>
    public class Unchanging : DispatchProxy
    {
        private IBrokerConnector inner = null!; // set by Around, before any call

        internal static IBrokerConnector Around(ScriptedAccount account)
        {
            var front = Create<IBrokerConnector, Unchanging>();
            ((Unchanging)(object)front).inner = account;
            return front;
        }

        // a proxy always names the method
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Invoke(inner, args);
    }
}
