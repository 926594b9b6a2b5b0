using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Connectors;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>
/// Whatever a connector answers, with its guard in front and without: the order that met it ends honestly, and the lane goes on.
/// </summary>
public sealed class NonsenseTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(40);

    // What becomes of an answer to a command, and how the broker had taken the command.
    private static readonly Dictionary<string, (Move Move, Func<OrderOutcome, OrderOutcome?> Twist)> Outcomes = new()
    {
        ["no outcome"] = (Move.Fill, _ => null),
        ["a refusal with a NUL"] = (Move.Reject, _ => new OrderOutcome.Rejected(RejectReason.Other, "M1", "no\u0000thing")),
        ["a refusal with half a pair"] = (Move.Reject, _ => new OrderOutcome.Rejected(RejectReason.Other, "M1", "no \ud83d")),
        ["an id with a NUL"] = (Move.Fill, outcome => (OrderOutcome.Accepted)outcome with { BrokerOrderId = "o\u00001" }),
        ["a fill beyond the column"] = (Move.Fill, outcome => Reported(outcome, report => report with { FilledQuantity = 1e25m })),
        ["a price beyond the column"] = (Move.Fill,
            outcome => Reported(outcome, report => report with { AveragePrice = decimal.MaxValue })),
        ["a profit beyond the column"] = (Move.Fill, outcome => Reported(outcome, report => report with { RealizedPnl = 1e15m })),
        ["a position with a NUL"] = (Move.Fill, outcome => Reported(outcome, report => report with { BrokerPositionId = "p\u00001" })),
    };

    private static readonly Dictionary<string, Func<BrokerState, BrokerState>> States = new()
    {
        ["nothing open"] = Bent(position => position with { Quantity = 0 }),
        ["no side"] = Bent(position => position with { Side = Side.Unknown }),
        ["no positions"] = state => state with { Positions = null! },
        ["an id with a NUL"] = Bent(position => position with { BrokerPositionId = "p\u0000" }),
        ["a price beyond the column"] = Bent(position => position with { AveragePrice = 1e25m }),
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_outcome_that_cannot_be_or_cannot_be_stored_is_unknown_and_settled_by_a_look(bool guarded)
    {
        await using var rig = await StartAsync(guarded);

        await EachAsync(Outcomes.Keys, async odd =>
        {
            var account = await AccountAsync(rig);
            var broker = rig.Broker.Of(account.Id);
            broker.HidesOrders = true;
            broker.ConclusiveAbsence = false;
            broker.Next(Outcomes[odd].Move);
            broker.Twist = Outcomes[odd].Twist;

            var order = await rig.SendAsync(account, Intents.Open());

            await rig.StatusAsync(order, "UNKNOWN", 40);
            broker.Twist = null;
            (broker.HidesOrders, broker.ConclusiveAbsence) = (false, true);
            var arrived = Outcomes[odd].Move == Move.Fill;
            await rig.StatusAsync(order, arrived ? "FILLED" : "REJECTED", 60);
            (await rig.RowAsync(order)).RejectCode.ShouldBe(arrived ? null : OrderCodes.NotPlaced);
            broker.Placed.Count.ShouldBe(1, "it is not sent again");
            await GoesOnAsync(rig, account, odd);
        });
    }

    [Fact]
    public async Task A_reading_that_cannot_be_holds_up_its_exit_alone()
    {
        await using var rig = await StartAsync(guarded: true);

        await EachAsync(States.Keys, async odd =>
        {
            var account = await AccountAsync(rig);
            (await rig.RunAsync(account, Intents.Open())).Status.ShouldBe("FILLED");
            rig.Broker.Of(account.Id).Bend = States[odd];

            var met = await rig.AnswerAsync(await rig.SendAsync(account, Intents.Close(), validFor: TimeSpan.FromSeconds(1)), 40);

            (met.Status, met.RejectCode).ShouldBe(("REJECTED", OrderCodes.BrokerUnreachable));
            met.RejectReason.ShouldStartWith("Scripted answered what cannot be: ");
            rig.Broker.Of(account.Id).Bend = null;
            (await rig.AnswerAsync(await rig.SendAsync(account, Intents.Close()), 40)).Status.ShouldBe("FILLED");
            await GoesOnAsync(rig, account, odd);
        });
    }

    [Fact]
    public async Task Rules_that_divide_by_zero_end_the_order_that_met_them()
    {
        await using var rig = await StartAsync(guarded: false);
        var account = await AccountAsync(rig);
        (await rig.RunAsync(account, Intents.Open())).Status.ShouldBe("FILLED");
        rig.Broker.Of(account.Id).BendInstrument = instrument => instrument with { TickSize = 0, QuantityStep = 0 };

        var entry = await rig.RunAsync(account, Intents.Open() with { StopLoss = new PriceRule(PriceMode.Pips, 10) });
        var exit = await rig.RunAsync(account, Intents.Close(0.5m));

        (entry.Status, entry.RejectCode).ShouldBe(("REJECTED", OrderCodes.Failed));
        entry.RejectReason.ShouldBe("A fault kept the order from being sent (DivideByZeroException). Nothing was sent.");
        (exit.Status, exit.RejectCode).ShouldBe(("REJECTED", OrderCodes.Failed));
        rig.Broker.Of(account.Id).BendInstrument = null;
        await GoesOnAsync(rig, account, "zero");
    }

    [Fact]
    public async Task A_quote_and_a_look_up_that_cannot_be_end_no_more_than_their_order()
    {
        await using var rig = await StartAsync(guarded: true);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.BendQuote = quote => quote with { Bid = 0, Ask = 0 };
        var priced = await rig.RunAsync(account, Intents.Open() with { StopLoss = new PriceRule(PriceMode.Pips, 10) });
        (priced.Status, priced.RejectCode).ShouldBe(("REJECTED", OrderCodes.BrokerUnreachable));
        broker.BendQuote = null;

        broker.Next(Move.LoseAnswer);
        broker.BendLookup = _ => new OrderLookup.Found(null!);
        var lost = await rig.SendAsync(account, Intents.Open());
        await rig.StatusAsync(lost, "UNKNOWN");
        await Eventually.True(async () => (await rig.RowAsync(lost)).Looks >= 2, Long, "it was looked for");
        (await rig.RowAsync(lost)).Status.ShouldBe("UNKNOWN");
        broker.BendLookup = null;

        await rig.StatusAsync(lost, "FILLED", 40);
        await GoesOnAsync(rig, account, "look-up");
    }

    [Fact]
    public async Task A_look_whose_answer_no_row_takes_keeps_the_order_unknown_and_asks_a_person()
    {
        await using var rig = await StartAsync(guarded: false);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.Next(Move.LoseAnswer);
        broker.BendLookup = lookup => lookup is OrderLookup.Found found
            ? new OrderLookup.Found(found.Report with { AveragePrice = 1e25m })
            : lookup;
        var lost = await rig.SendAsync(account, Intents.Open());
        await rig.StatusAsync(lost, "UNKNOWN");

        await rig.SqlAsync($"update trading.orders set sent_at = sent_at - interval '11 minutes' where id = '{lost}'");

        await Eventually.True(async () => (await rig.RowAsync(lost)).NeedsReview, Long, "a person is asked");
        await GoesOnAsync(rig, account, "look");
    }

    private async Task<TradingRig> StartAsync(bool guarded)
    {
        var broker = new ScriptedBroker();
        if (guarded) broker.Front = account => Guards.Around(account, broker.Manifest);
        return await TradingRig.StartAsync(platform, broker);
    }

    private static async Task EachAsync(IEnumerable<string> cases, Func<string, Task> run) => await Task.WhenAll(cases.Select(async one =>
    {
        try
        {
            await run(one);
        }
        catch (Exception e)
        {
            throw new Xunit.Sdk.XunitException($"{one}: {e.Message}", e);
        }
    }));

    private static Func<BrokerState, BrokerState> Bent(Func<PositionReport, PositionReport> bend) =>
        state => state with { Positions = [.. state.Positions.Select(bend)] };

    private static OrderOutcome Reported(OrderOutcome outcome, Func<OrderReport, OrderReport> bend) =>
        outcome is OrderOutcome.Accepted { Report: { } report } accepted ? accepted with { Report = bend(report) } : outcome;

    private static async Task<TestAccount> AccountAsync(TradingRig rig)
    {
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        return account;
    }

    private static async Task GoesOnAsync(TradingRig rig, TestAccount account, string what)
    {
        (await rig.AnswerAsync(await rig.SendAsync(account, Intents.Open(symbol: "USDJPY")), 40)).Status.ShouldBe("FILLED", what);
        (await rig.AnswerAsync(await rig.SendAsync(account, Intents.Close(symbol: "USDJPY")), 40)).Status.ShouldBe("FILLED", what);
    }
}
