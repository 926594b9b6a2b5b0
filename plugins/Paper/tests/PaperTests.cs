using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Paper.Tests;

public sealed class PaperTests
{
    [Fact]
    public async Task A_market_order_is_filled_at_the_signals_price()
    {
        var account = await PaperAccount.OpenAsync();

        var filled = await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.0900m);

        filled.AveragePrice.ShouldBe(1.0900m);
        filled.FilledQuantity.ShouldBe(1m);
        (await account.StateNowAsync()).Positions.ShouldHaveSingleItem().CurrentPrice.ShouldBe(1.0900m);
    }

    [Fact]
    public async Task Without_a_price_it_is_filled_at_the_quote_of_the_moment()
    {
        var account = await PaperAccount.OpenAsync();
        var quote = await account.Session.GetQuoteAsync("EURUSD", default);

        (await account.FillAsync("EURUSD", Side.Buy, 1m)).AveragePrice.ShouldBe(quote.Ask);
        quote.Bid.ShouldBeInRange(1.05m, 1.15m);
        (quote.Ask - quote.Bid).ShouldBe(0.00001m);
    }

    public static TheoryData<string, decimal, decimal, decimal, decimal> Closes => new()
    {
        { "EURUSD", 1.0900m, 1.0950m, 1m, 500m },
        { "EURUSD", 1.0900m, 1.0840m, 1m, -600m },
        { "XAUUSD", 2400m, 2410m, 0.5m, 500m },
        { "BTCUSD", 60000m, 61000m, 0.1m, 100m },
        { "MES1!", 5000m, 5010m, 2m, 100m },
        { "AAPL", 200m, 210m, 10m, 100m },
    };

    [Theory]
    [MemberData(nameof(Closes))]
    public async Task A_close_realises_the_difference_in_the_accounts_currency(
        string symbol, decimal entry, decimal exit, decimal quantity, decimal profit)
    {
        var account = await PaperAccount.OpenAsync();
        var opened = await account.FillAsync(symbol, Side.Buy, quantity, at: entry);

        var closed = await account.CloseAsync(opened, at: exit);

        closed.RealizedPnl.ShouldBe(profit);
        closed.Side.ShouldBe(Side.Sell);
        (await account.Session.GetAccountAsync(default)).Balance.ShouldBe(100_000m + profit);
        (await account.StateNowAsync()).Positions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_short_earns_when_the_price_falls_and_yen_become_dollars()
    {
        var account = await PaperAccount.OpenAsync();
        var opened = await account.FillAsync("USDJPY", Side.Sell, 1m, at: 150.000m);

        var closed = await account.CloseAsync(opened, at: 149.000m);

        // 100,000 yen at about 150 yen to the dollar.
        closed.RealizedPnl.ShouldNotBeNull().ShouldBeInRange(660m, 675m);
    }

    [Fact]
    public async Task A_part_of_a_position_is_closed_and_the_rest_stays()
    {
        var account = await PaperAccount.OpenAsync();
        var opened = await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.09m);

        var closed = await account.CloseAsync(opened, 0.4m, at: 1.10m);

        closed.RealizedPnl.ShouldBe(400m);
        (await account.StateNowAsync()).Positions.ShouldHaveSingleItem().Quantity.ShouldBe(0.6m);
        (await account.Session.ClosePositionAsync(await account.CloseOrderAsync(opened, 0.7m), default))
            .ShouldBeOfType<OrderOutcome.Rejected>().Reason.ShouldBe(RejectReason.InvalidQuantity);
    }

    [Fact]
    public async Task Positions_in_one_symbol_stand_side_by_side()
    {
        var account = await PaperAccount.OpenAsync();
        await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.09m);
        await account.FillAsync("EURUSD", Side.Sell, 2m, at: 1.09m);

        (await account.StateNowAsync()).Positions.Select(position => (position.Side, position.Quantity))
            .ShouldBe([(Side.Buy, 1m), (Side.Sell, 2m)]);
    }

    [Fact]
    public async Task The_same_client_order_id_is_one_order()
    {
        var account = await PaperAccount.OpenAsync();
        var order = await account.OrderAsync("EURUSD", Side.Buy, 1m, at: 1.09m);
        await account.Session.PlaceAsync(order, default);

        var again = await account.Session.PlaceAsync(order, default);

        again.ShouldBeOfType<OrderOutcome.Rejected>().Reason.ShouldBe(RejectReason.DuplicateClientOrderId);
        (await account.StateNowAsync()).Positions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_limit_order_waits_until_the_price_comes_to_it()
    {
        var account = await PaperAccount.OpenAsync();
        await account.FillAsync("EURUSD", Side.Sell, 1m, at: 1.0900m);
        var placed = (await account.Session.PlaceAsync(await account.OrderAsync("EURUSD", Side.Buy, 1m, type: OrderType.Limit,
            price: 1.0800m, stopLoss: 1.0700m, takeProfit: 1.1000m), default)).ShouldBeOfType<OrderOutcome.Accepted>();
        placed.Report!.Status.ShouldBe(OrderStatus.Working);
        (await account.StateNowAsync()).OpenOrders.ShouldHaveSingleItem().Price.ShouldBe(1.0800m);

        await account.FillAsync("EURUSD", Side.Sell, 1m, at: 1.0790m);

        var state = await account.StateNowAsync();
        state.OpenOrders.ShouldBeEmpty();
        var opened = state.Positions.Single(position => position.Side == Side.Buy);
        opened.AveragePrice.ShouldBeLessThanOrEqualTo(1.0800m);
        opened.StopLoss.ShouldBe(1.0700m);
        opened.TakeProfit.ShouldBe(1.1000m);
    }

    [Fact]
    public async Task A_stop_order_becomes_a_market_order_at_its_price()
    {
        var account = await PaperAccount.OpenAsync();
        await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.0900m);
        await account.Session.PlaceAsync(await account.OrderAsync("EURUSD", Side.Buy, 1m, type: OrderType.Stop, price: 1.0950m), default);

        await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.0960m);

        (await account.StateNowAsync()).Positions.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_stop_loss_and_a_take_profit_close_the_position()
    {
        var account = await PaperAccount.OpenAsync();
        var losing = await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.0900m, stopLoss: 1.0850m, takeProfit: 1.1000m);
        await account.FillAsync("EURUSD", Side.Sell, 0.01m, at: 1.0840m);
        var winning = await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.0900m, stopLoss: 1.0850m, takeProfit: 1.1000m);
        await account.FillAsync("EURUSD", Side.Sell, 0.01m, at: 1.1010m);

        var state = await account.StateNowAsync();

        state.Positions.ShouldNotContain(
            position => position.BrokerPositionId == losing.BrokerPositionId || position.BrokerPositionId == winning.BrokerPositionId);
        var closes = state.Fills.Where(fill => fill.RealizedPnl is not null)
            .ToDictionary(fill => fill.BrokerPositionId!, fill => (fill.Price, fill.RealizedPnl));
        closes[losing.BrokerPositionId!].ShouldBe((1.0840m, -600m));
        closes[winning.BrokerPositionId!].ShouldBe((1.1000m, 1000m));
    }

    [Theory]
    [InlineData(Side.Buy, 1.1000, null)]
    [InlineData(Side.Buy, null, 1.0800)]
    [InlineData(Side.Sell, 1.0800, null)]
    [InlineData(Side.Sell, null, 1.1000)]
    public async Task Stops_on_the_wrong_side_are_refused(Side side, double? stopLoss, double? takeProfit)
    {
        var account = await PaperAccount.OpenAsync();

        var outcome = await account.Session.PlaceAsync(await account.OrderAsync("EURUSD", side, 1m, at: 1.09m, stopLoss: (decimal?)stopLoss,
            takeProfit: (decimal?)takeProfit), default);

        outcome.ShouldBeOfType<OrderOutcome.Rejected>().Reason.ShouldBe(RejectReason.StopTooClose);
        (await account.StateNowAsync()).Positions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_working_order_can_be_changed_and_cancelled_and_a_position_protected()
    {
        var account = await PaperAccount.OpenAsync();
        var opened = await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.09m);
        var order = await account.OrderAsync("EURUSD", Side.Buy, 1m, type: OrderType.Limit, price: 1.05m);
        await account.Session.PlaceAsync(order, default);
        var key = new OrderKey { ClientOrderId = order.ClientOrderId };
        var modify = account.Session.ShouldBeAssignableTo<IModifyOrders>().ShouldNotBeNull();

        (await modify.ModifyAsync(new ModifyOrder { Order = key, Price = 1.06m }, default)).ShouldBeOfType<OrderOutcome.Accepted>();
        (await modify.ModifyAsync(new ModifyOrder { Order = key, BrokerPositionId = opened.BrokerPositionId, StopLoss = 1.08m }, default))
            .ShouldBeOfType<OrderOutcome.Accepted>();
        (await account.StateNowAsync()).OpenOrders.ShouldHaveSingleItem().Price.ShouldBe(1.06m);
        (await account.StateNowAsync()).Positions.ShouldHaveSingleItem().StopLoss.ShouldBe(1.08m);
        (await account.Session.CancelAsync(key, default)).ShouldBeOfType<OrderOutcome.Accepted>();
        (await account.StateNowAsync()).OpenOrders.ShouldBeEmpty();
        (await account.Session.FindOrderAsync(key, default)).ShouldBeOfType<OrderLookup.Found>().Report.Status
            .ShouldBe(OrderStatus.Canceled);
    }

    [Theory]
    [InlineData("EURUSD", "forex")]
    [InlineData("fx:eur/usd", "forex")]
    [InlineData("USDJPY", "forex")]
    [InlineData("XAUUSD", "metal")]
    [InlineData("BTCUSD", "crypto")]
    [InlineData("BINANCE:ETHUSDT", "crypto")]
    [InlineData("US30", "index")]
    [InlineData("MES1!", "future")]
    [InlineData("CME_MINI:NQ1!", "future")]
    [InlineData("AAPL", "stock")]
    public async Task Any_symbol_of_a_known_form_trades(string symbol, string assetClass)
    {
        var account = await PaperAccount.OpenAsync();

        var found = (await account.Session.FindInstrumentsAsync(new InstrumentQuery { Symbol = symbol }, default)).ShouldHaveSingleItem();

        found.AssetClass.ShouldBe(assetClass);
        (await account.FillAsync(found.Symbol, Side.Buy, 1m)).AveragePrice.ShouldNotBeNull().ShouldBeGreaterThan(0m);
    }

    [Theory]
    [InlineData("NOSUCHSYMBOL")]
    [InlineData("ABCDEF")]
    [InlineData("123")]
    [InlineData("")]
    public async Task Any_other_symbol_is_unknown(string symbol)
    {
        var account = await PaperAccount.OpenAsync();

        (await account.Session.FindInstrumentsAsync(new InstrumentQuery { Symbol = symbol }, default)).ShouldBeEmpty();
        (await Should.ThrowAsync<ConnectorException>(() => account.Session.GetQuoteAsync(symbol, default))).Kind
            .ShouldBe(ConnectorErrorKind.NotFound);
    }

    [Fact]
    public async Task The_price_sways_a_little_and_is_the_same_for_the_same_moment()
    {
        var account = await PaperAccount.OpenAsync();
        var twin = await PaperAccount.OpenAsync();
        await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.0900m);
        await twin.FillAsync("EURUSD", Side.Buy, 1m, at: 1.0900m);
        HashSet<decimal> seen = [];

        for (var minute = 0; minute < 60; minute++)
        {
            account.Hand.Advance(TimeSpan.FromMinutes(1));
            twin.Hand.Advance(TimeSpan.FromMinutes(1));
            var price = (await account.Session.GetQuoteAsync("EURUSD", default)).Bid;
            price.ShouldBe((await twin.Session.GetQuoteAsync("EURUSD", default)).Bid);
            price.ShouldBeInRange(1.0900m * 0.9995m, 1.0900m * 1.0005m);
            seen.Add(price);
        }

        seen.Count.ShouldBeGreaterThan(10);
    }
}
