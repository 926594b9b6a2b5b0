using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

public sealed class ExitTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Closing_nothing_sends_nothing()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);

        var answer = await rig.RunAsync(account, Intents.Close());

        (answer.Status, answer.RejectCode).ShouldBe(("CANCELED", OrderCodes.NothingToClose));
        rig.Broker.Of(account.Id).Ledger.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_exit_that_has_waited_longer_than_a_signal_is_young_is_tried_again_as_a_young_one_is()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        var broker = rig.Broker.Of(account.Id);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        var order = await rig.SendAsync(account, Intents.Close(), wake: false);
        await rig.SqlAsync($"""
            update trading.orders set created_at = now() - interval '2 minutes', valid_until = now() - interval '90 seconds' where id = '{order}'
            """);
        var asked = 0;
        broker.FaultIn = met => met == "session" && Interlocked.Increment(ref asked) <= 5
            ? new ConnectorException(ConnectorErrorKind.Transient, "The broker is not there yet.") : null;

        await rig.RunAsync();

        (await rig.AnswerAsync(order, 30)).Status.ShouldBe("FILLED");
        broker.Positions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_close_of_the_side_that_nobody_holds_says_what_is_open_and_tells_its_people()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        broker.OpenByHand("EURUSD", Side.Buy, 0.5m);
        broker.OpenByHand("GBPUSD", Side.Sell, 3);

        var answer = await rig.RunAsync(account, Intents.Close() with { Side = TradeSide.Sell });

        (answer.Status, answer.RejectCode).ShouldBe(("CANCELED", OrderCodes.NothingToClose));
        var note = answer.Errors.ShouldNotBeNull()["intent.side"][0];
        note.ShouldContain("A BUY of 1.5 EURUSD is open");
        broker.Ledger.ShouldBeEmpty();
        var answered = TradeFlow.Platform.Alerts.Attempts.Answer.Of(answer, new OrderId(answer.Id), new WebhookId(Guid.NewGuid()), 1);
        using var json = System.Text.Json.JsonDocument.Parse(answered.Json);
        (answered.Status, json.RootElement.GetProperty("status").GetString(), json.RootElement.GetProperty("note").GetString())
            .ShouldBe((200, "nothing_to_close", note));
        (await rig.ScalarAsync<string>(
            $"select text from live.notifications where tenant_id = '{account.Tenant}' and kind = 'order.failed'")).ShouldContain(note);
    }

    [Fact]
    public async Task A_quantity_with_the_noise_of_a_binary_fraction_closes_what_it_means()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        rig.Broker.Of(account.Id).OpenByHand("EURUSD", Side.Buy, 1);

        (await rig.RunAsync(account, Intents.Close(0.30000000000000004m))).FilledQty.ShouldBe(0.3m);
    }

    [Fact]
    public async Task A_part_is_taken_from_the_oldest_first()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        var old = broker.OpenByHand("EURUSD", Side.Buy, 1);
        var young = broker.OpenByHand("EURUSD", Side.Buy, 2);
        broker.OpenByHand("GBPUSD", Side.Buy, 3);

        var answer = await rig.RunAsync(account, Intents.Close(1.5m));

        (answer.Status, answer.FilledQty).ShouldBe(("FILLED", 1.5m));
        answer.OrderIds!.Count.ShouldBe(2);
        answer.OrderIds[0].ShouldBe(answer.Id);
        answer.Pnl.ShouldBe(((1.0898m - 1.08m) * 1.5m * 100_000) - 2);
        broker.Positions.ShouldNotContain(position => position.BrokerPositionId == old);
        broker.Positions.Single(position => position.BrokerPositionId == young).Quantity.ShouldBe(1.5m);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_price_of_the_signal_reaches_only_a_broker_that_fills_at_it(bool fillsAtIt)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        rig.Broker.Manifest = rig.Broker.Manifest with
        {
            Capabilities = rig.Broker.Manifest.Capabilities with { FillsAtReferencePrice = fillsAtIt }
        };
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        broker.OpenByHand("EURUSD", Side.Buy, 1);

        (await rig.RunAsync(account, Intents.Close() with { Price = 1.0950m })).Status.ShouldBe("FILLED");

        broker.Closed.Select(close => close.ReferencePrice).ShouldBe(fillsAtIt ? [1.0950m, 1.0950m] : [null, null]);
    }

    [Fact]
    public async Task A_close_of_one_side_leaves_the_other()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        broker.OpenByHand("EURUSD", Side.Sell, 1);

        (await rig.RunAsync(account, Intents.Close(side: TradeSide.Buy))).Status.ShouldBe("FILLED");

        broker.Positions.Single().Side.ShouldBe(Side.Sell);
    }

    [Fact]
    public async Task Flatten_closes_every_symbol_each_by_an_order_of_its_own()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        foreach (var symbol in new[] { "EURUSD", "GBPUSD", "EURUSD" }) broker.OpenByHand(symbol, Side.Buy, 1);

        var answer = await rig.RunAsync(account, Intents.Flatten);

        answer.Status.ShouldBe("FILLED");
        answer.OrderIds!.Count.ShouldBe(3);
        broker.Positions.ShouldBeEmpty();
        broker.Ledger.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_refused_leg_is_told_and_the_others_are_closed()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        foreach (var symbol in new[] { "EURUSD", "GBPUSD", "USDJPY" }) broker.OpenByHand(symbol, Side.Buy, 1);
        broker.Next(Move.Fill, Move.Reject, Move.Fill);

        var answer = await rig.RunAsync(account, Intents.Flatten);

        (answer.Status, answer.RejectCode).ShouldBe(("PARTIALLY_FILLED", OrderCodes.BrokerRejected));
        answer.RejectReason!.ShouldContain("1 of 3");
        broker.Positions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_reverse_closes_waits_for_flat_and_enters_once()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        await rig.RunAsync(account, Intents.Open(2));

        var answer = await rig.RunAsync(account, Intents.Reverse(TradeSide.Sell));

        (answer.Status, answer.Side, answer.Qty).ShouldBe(("FILLED", "SELL", 2m));
        var position = broker.Positions.Single();
        (position.Side, position.Quantity).ShouldBe((Side.Sell, 2m));
        broker.Ledger.Count.ShouldBe(3);
        (await rig.TradesAsync(account)).ShouldBe(2);
    }

    [Fact]
    public async Task A_reverse_whose_close_is_refused_does_not_enter()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        await rig.RunAsync(account, Intents.Open());
        broker.Next(Move.Reject);

        var answer = await rig.RunAsync(account, Intents.Reverse(TradeSide.Sell));

        (answer.Status, answer.RejectCode).ShouldBe(("REJECTED", OrderCodes.BrokerRejected));
        broker.Positions.Single().Side.ShouldBe(Side.Buy);
    }

    [Fact]
    public async Task A_reverse_whose_entry_is_refused_says_that_it_has_closed()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        await rig.RunAsync(account, Intents.Open());
        broker.Next(Move.Fill, Move.Reject);

        var answer = await rig.RunAsync(account, Intents.Reverse(TradeSide.Sell));

        (answer.Status, answer.RejectCode).ShouldBe(("REJECTED", OrderCodes.BrokerRejected));
        answer.RejectReason!.ShouldEndWith("What was open is closed; nothing was entered.");
        broker.Positions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(TradeSide.Buy, 0, "What was open on the other side is closed; nothing was entered.")]
    [InlineData(TradeSide.Sell, 2, null)]
    [InlineData(null, 0, null)]
    public async Task A_reverse_that_may_not_enter_still_gets_out_of_the_other_side(TradeSide? held, decimal left, string? note)
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        var broker = rig.Broker.Of(account.Id);
        if (held is { } side) broker.OpenByHand("EURUSD", side == TradeSide.Buy ? Side.Buy : Side.Sell, 2);
        var order = await rig.SendAsync(account, Intents.Reverse(TradeSide.Sell, 1));
        await rig.SqlAsync(
            $$"""select trading.refuse_entry_half('{{order}}', '{"status":403,"code":"risk.open_positions","error":"Max open positions: 1","limit":1}')""");
        await rig.SqlAsync($"update trading.orders set action = 'close' where id = '{order}'");
        await rig.RunAsync();

        var view = await rig.AnswerAsync(order);

        var answer = TradeFlow.Platform.Alerts.Attempts.Answer.Of(view, order, new WebhookId(Guid.NewGuid()), 1);
        (answer.Status, answer.Code, answer.Error).ShouldBe((403, "risk.open_positions", "Max open positions: 1"));
        var said = System.Text.Json.JsonDocument.Parse(answer.Json).RootElement.TryGetProperty("note", out var word)
            ? word.GetString() : null;
        said.ShouldBe(note);
        broker.Positions.Sum(position => position.Quantity).ShouldBe(left);
        broker.Placed.ShouldBeEmpty();
        (await rig.TradesAsync(account)).ShouldBe(0);
    }

    [Fact]
    public async Task A_reverse_whose_close_is_unknown_waits_for_the_evidence()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        await rig.RunAsync(account, Intents.Open());
        broker.Next(Move.LoseAnswer);

        var answer = await rig.RunAsync(account, Intents.Reverse(TradeSide.Sell, 1));

        answer.Status.ShouldBe("FILLED");
        broker.Positions.Single().Side.ShouldBe(Side.Sell);
        broker.Ledger.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Cancel_takes_working_orders_of_its_symbol_and_leaves_the_others()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var limit = Intents.Open() with { Type = TradeType.Limit, Price = 1.05m };
        var resting = await rig.RunAsync(account, limit);
        var other = await rig.RunAsync(account, limit with { Symbol = "GBPUSD" });
        (resting.Status, other.Status).ShouldBe(("WORKING", "WORKING"));

        var answer = await rig.RunAsync(account, Intents.Cancel());

        (answer.Status, answer.RejectCode).ShouldBe(("CANCELED", null));
        await rig.StatusAsync(new OrderId(resting.Id), "CANCELED");
        (await rig.RowAsync(new OrderId(other.Id))).Status.ShouldBe("WORKING");
        (await rig.RunAsync(account, Intents.Cancel())).RejectCode.ShouldBe(OrderCodes.NothingToCancel);
    }

    [Fact]
    public async Task Cancel_of_one_side_leaves_the_other()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var limit = Intents.Open() with { Type = TradeType.Limit, Price = 1.05m };
        var buying = await rig.RunAsync(account, limit);
        var selling = await rig.RunAsync(account, limit with { Side = TradeSide.Sell, Price = 1.15m });
        (buying.Status, selling.Status).ShouldBe(("WORKING", "WORKING"));

        var answer = await rig.RunAsync(account, Intents.Cancel() with { Side = TradeSide.Buy });

        (answer.Status, answer.RejectCode).ShouldBe(("CANCELED", null));
        await rig.StatusAsync(new OrderId(buying.Id), "CANCELED");
        (await rig.RowAsync(new OrderId(selling.Id))).Status.ShouldBe("WORKING");
    }

    [Theory]
    [InlineData(Move.LoseAnswer, "FILLED")]
    [InlineData(Move.LoseRequest, "REJECTED")]
    public async Task An_unknown_close_is_settled_by_what_happened_to_the_position(object move, string status)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        await rig.RunAsync(account, Intents.Open());
        (broker.HidesOrders, broker.ConclusiveAbsence) = (true, false);
        broker.Next((Move)move);

        var order = await rig.SendAsync(account, Intents.Close());

        await rig.StatusAsync(order, status);
        broker.Positions.Count.ShouldBe(status == "FILLED" ? 0 : 1);
    }

    [Fact]
    public async Task Exits_pass_when_the_account_is_off_stopped_or_the_signal_is_old()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        rig.Broker.Of(account.Id).OpenByHand("EURUSD", Side.Buy, 1);
        await rig.SqlAsync($"update accounts.accounts set enabled = false, stop_epoch = 5 where id = '{account.Id}'");

        var order = await rig.SendAsync(account, Intents.Close(), validFor: TimeSpan.FromSeconds(-60));

        (await rig.AnswerAsync(order)).Status.ShouldBe("FILLED");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exit_that_a_limit_keeps_back_waits_for_its_turn_however_often(bool whileSending)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        var (turn, keptBack) = (TimeSpan.FromMilliseconds(50), 0);
        if (whileSending)
        {
            broker.Next([.. Enumerable.Repeat(Move.NotSent, 14)]);
            broker.Twist = outcome => outcome is OrderOutcome.NotSent unsent && ++keptBack > 0
                ? unsent with { RetryAfter = turn } : outcome;
        }
        else
        {
            broker.FaultIn = call => call == "state" && ++keptBack <= 20
                ? new ConnectorException(ConnectorErrorKind.RateLimited, "used up") { RetryAfter = turn } : null;
        }

        (await rig.RunAsync(account, Intents.Close())).Status.ShouldBe("FILLED");

        keptBack.ShouldBeGreaterThanOrEqualTo(14);
        broker.Positions.ShouldBeEmpty();
    }

    private static async Task<TestAccount> AccountAsync(TradingRig rig)
    {
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        return account;
    }
}
