using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Paper.Tests;

public sealed class ScriptJournalTests
{
    private const string Script = """reject "one"; lose; drop; reject "four" """;

    [Fact]
    public async Task A_restart_goes_on_at_the_next_step()
    {
        var account = await PaperAccount.OpenAsync(Script);

        (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Rejected>().BrokerText.ShouldBe("one");
        await account.RestartAsync();
        (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Unknown>();
        await account.RestartAsync();
        (await account.StateNowAsync()).Positions.Count.ShouldBe(1);
        (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Unknown>();
        await account.RestartAsync();
        (await account.StateNowAsync()).Positions.Count.ShouldBe(1);
        (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Rejected>().BrokerText.ShouldBe("four");
        await account.RestartAsync();
        (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Accepted>();
    }

    [Fact]
    public async Task A_part_is_the_same_after_a_restart_and_its_rest_is_filled_once()
    {
        var account = await PaperAccount.OpenAsync("fill 0.4");
        await account.PlaceAsync(OrderType.Limit, 1m, price: 2m);
        var before = await account.StateNowAsync();

        await account.RestartAsync();

        var after = await account.StateNowAsync();
        after.OpenOrders.ShouldBe(before.OpenOrders);
        after.Positions.ShouldBe(before.Positions);
        account.Hand.Advance(TimeSpan.FromSeconds(1));
        await account.StateNowAsync();
        await account.RestartAsync();
        (await account.StateNowAsync()).Fills.Select(fill => fill.Quantity).ShouldBe([0.4m, 0.6m]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_that_broke_leaves_the_step_and_the_order_or_neither(bool written)
    {
        var account = await PaperAccount.OpenAsync("""lose; reject "two" """);
        if (written) account.FailAfterWriting = _ => true;
        else account.FailBeforeWriting = _ => true;
        await Should.ThrowAsync<ConnectorException>(() => account.PlaceAsync());
        (account.FailAfterWriting, account.FailBeforeWriting) = (null, null);

        await account.RestartAsync();
        var next = await account.PlaceAsync();

        if (written) next.ShouldBeOfType<OrderOutcome.Rejected>().BrokerText.ShouldBe("two");
        else next.ShouldBeOfType<OrderOutcome.Unknown>();
        (await account.StateNowAsync()).Fills.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_script_starts_at_its_first_step()
    {
        var account = await PaperAccount.OpenAsync("""pass; reject "old" """);
        await account.PlaceAsync();

        await account.RestartAsync("""reject "new"; pass""");

        (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Rejected>().BrokerText.ShouldBe("new");
    }

    [Fact]
    public async Task The_place_survives_a_shorter_history()
    {
        var account = await PaperAccount.OpenAsync("""pass; reject "b"; pass; repeat""");
        var kept = (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Accepted>();
        for (var i = 0; i < 1300; i++)
        {
            if (await account.PlaceAsync() is OrderOutcome.Accepted { Report: { } report }) await account.CloseAsync(report, at: 1.09m);
        }
        var pages = account.Stored.Count;
        account.Hand.Advance(TimeSpan.FromDays(8));

        await account.RestartAsync();

        account.Stored.Count.ShouldBeLessThan(pages / 10);
        // an accepted order has a report here
        (await account.StateNowAsync()).Positions.ShouldHaveSingleItem().BrokerPositionId.ShouldBe(kept.Report!.BrokerPositionId);
        // 1,301 orders are 433 rounds of three and two more.
        (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Accepted>();
        (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Accepted>();
        (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Rejected>();
    }

    [Fact]
    public async Task Steps_that_book_nothing_do_not_pile_up()
    {
        var account = await PaperAccount.OpenAsync("drop; repeat");
        for (var i = 0; i < 1500; i++) await account.PlaceAsync();
        var pages = account.Stored.Count;

        await account.RestartAsync();

        pages.ShouldBeGreaterThan(32);
        account.Stored.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Without_a_script_the_journal_has_no_word_of_one()
    {
        foreach (var script in new[] { null, "", "  " })
        {
            var account = await PaperAccount.OpenAsync(script);

            (await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.09m)).FilledQuantity.ShouldBe(1m);

            account.Stored["journal.0.0"]
                .ShouldBe(
                    """{"kind":"Order","at":"2026-01-05T12:00:00+00:00","orderId":"P1","clientOrderId":"tf1","symbol":"EURUSD","side":"Buy","type":"Market","quantity":1,"fillPrice":1.09}""" +
                    "\n");
        }
    }
}
