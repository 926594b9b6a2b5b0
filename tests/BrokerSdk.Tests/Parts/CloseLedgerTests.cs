using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.Tests.Shared.Connectors;

namespace TradeFlow.BrokerSdk.Tests.Parts;

public sealed class CloseLedgerTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly CloseMatch<Order> Match = new(order => order.Id, (close, order) =>
        order.Position == close.PositionId && (close.Quantity is not { } quantity || quantity == order.Quantity), order => order.IsFilled);

    private readonly Memory state = new();

    private sealed record Order(string Id, string Position, decimal Quantity, bool IsFilled = true);

    [Fact]
    public async Task Of_two_closes_that_fit_the_earlier_order_is_the_earlier_close()
    {
        using var ledger = new CloseLedger();
        var (first, second) = (await SentAsync(ledger, "a"), await SentAsync(ledger, "b"));
        Order[] orders = [new("1", "p", 1), new("2", "p", 1)];

        ledger.Claim(second, orders, Match).ShouldBe(orders[1]);
        ledger.Claim(first, orders, Match).ShouldBe(orders[0]);
    }

    [Fact]
    public async Task The_only_order_is_not_given_to_the_later_of_two_that_fit()
    {
        using var ledger = new CloseLedger();
        var (first, second) = (await SentAsync(ledger, "a"), await SentAsync(ledger, "b"));
        Order[] orders = [new("1", "p", 1)];

        ledger.Claim(second, orders, Match).ShouldBeNull();
        ledger.Claim(first, orders, Match).ShouldBe(orders[0]);
        ledger.Claim(second, orders, Match).ShouldBeNull("an order is one close");
    }

    [Fact]
    public async Task A_close_that_fits_no_order_holds_up_none_that_does()
    {
        using var ledger = new CloseLedger();
        _ = await SentAsync(ledger, "a", quantity: 5);
        var second = await SentAsync(ledger, "b", quantity: 1);
        Order[] orders = [new("1", "p", 1)];

        ledger.Claim(second, orders, Match).ShouldBe(orders[0]);
    }

    [Fact]
    public async Task An_order_that_is_not_filled_may_still_be_followed_by_another()
    {
        using var ledger = new CloseLedger();
        var close = await SentAsync(ledger, "a");

        ledger.Claim(close, [new Order("1", "p", 1, IsFilled: false)], Match).ShouldNotBeNull();
        ledger.Claim(close, [new Order("2", "p", 1)], Match)!.Id.ShouldBe("2");
        ledger.Claim(close, [new Order("3", "p", 1)], Match).ShouldBeNull("it is known to be order 2");
    }

    [Fact]
    public async Task What_is_kept_outlives_the_session()
    {
        using (var before = await CloseLedger.OpenAsync(state, NullLogger.Instance, default))
        {
            var close = await SentAsync(before, "a");
            _ = await SentAsync(before, "refused");
            await before.ForgetAsync("refused", default);
            _ = await before.ClaimAsync(close, [new Order("1", "p", 1)], Match, default);
        }

        using var after = await CloseLedger.OpenAsync(state, NullLogger.Instance, default);
        after.Find("a")!.OrderId.ShouldBe("1");
        after.Find("refused").ShouldBeNull();
    }

    [Fact]
    public async Task A_store_that_fails_bars_no_way_out()
    {
        state.Fails = true;
        using var ledger = await CloseLedger.OpenAsync(state, NullLogger.Instance, default);
        var close = await SentAsync(ledger, "a");

        ledger.Find("a").ShouldBe(close);
    }

    [Fact]
    public async Task A_full_ledger_fits_into_one_value_of_the_state()
    {
        using var ledger = await CloseLedger.OpenAsync(state, NullLogger.Instance, default);
        for (var each = 0; each < 100; each++) _ = await SentAsync(ledger, $"tf-{each:D29}", quantity: 1.25m);

        ledger.Find($"tf-{0:D29}").ShouldBeNull("the oldest go first");
        ledger.Find($"tf-{99:D29}").ShouldNotBeNull();
        System.Text.Encoding.UTF8.GetByteCount((await state.GetAsync("closes", default))!).ShouldBeLessThan(16 * 1024);
    }

    private static async Task<SentClose> SentAsync(CloseLedger ledger, string id, decimal? quantity = null)
    {
        var close = new SentClose { ClientOrderId = id, PositionId = "p", PositionSide = Side.Buy, Quantity = quantity, SentAt = At };
        await ledger.AddAsync(close, default);
        return close;
    }
}
