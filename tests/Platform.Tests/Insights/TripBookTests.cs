using TradeFlow.Platform.Insights.Trips;

namespace TradeFlow.Platform.Tests.Insights;

public sealed class TripBookTests
{
    private static readonly Guid Account = Guid.Parse("0198d9a2-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-02T14:00:00Z");
    private static readonly PointValue Point = new(0.25m, 50);
    private long number;

    [Fact]
    public void Partial_closes_and_additions_are_one_trade()
    {
        var trip = Follow(Fill(true, 2, 100), Fill(false, 1, 110), Fill(true, 1, 104), Fill(false, 2, 105, fees: 3)).ShouldHaveSingleItem();

        (trip.Side, trip.Qty, trip.GrossPnl, trip.Fees, trip.NetPnl).ShouldBe(("BUY", 3m, 800m, 3m, 797m));
        (trip.EntryPrice, trip.ExitPrice).ShouldBe((Math.Round(304m / 3, 10), Math.Round(320m / 3, 10)));
        (trip.EntryAt, trip.ExitAt).ShouldBe((Start.AddMinutes(1), Start.AddMinutes(4)));
    }

    [Fact]
    public void A_fill_that_turns_round_ends_one_trade_and_begins_the_next_each_with_its_part_of_the_fees()
    {
        var trips = Follow(Fill(true, 2, 100), Fill(false, 5, 101, fees: 5), Fill(true, 3, 103));

        trips.Select(trip => (trip.Side, trip.Qty, trip.GrossPnl, trip.Fees, trip.Turned))
            .ShouldBe([("BUY", 2m, 100m, 2m, 3m), ("SELL", 3m, -300m, 3m, 0m)]);
        trips[1].EntryAt.ShouldBe(trips[0].ExitAt);
    }

    [Fact]
    public void What_is_open_is_no_trade_yet() => Follow(Fill(true, 2, 100), Fill(false, 1, 101)).ShouldBeEmpty();

    [Fact]
    public void The_profit_that_the_broker_tells_is_the_profit_and_its_costs_are_on_top_of_it()
    {
        var trip = Follow(Fill(true, 1, 100, fees: 2), Fill(false, 1, 110, fees: 2, pnl: 490)).ShouldHaveSingleItem();

        (trip.GrossPnl, trip.Fees, trip.NetPnl).ShouldBe((494m, 4m, 490m));
    }

    [Fact]
    public void Nobody_guesses_a_profit_in_another_currency()
    {
        var trip = new TripBook(Account, true, Point with { Money = null }, []).Follow([Fill(true, 1, 100), Fill(false, 1, 110)])
            .ShouldHaveSingleItem();

        (trip.GrossPnl, trip.NetPnl).ShouldBe((null, null));
    }

    [Fact]
    public void A_close_of_what_was_open_before_anything_was_seen_is_a_trade_of_the_position_that_the_broker_showed()
    {
        var position = Position(true) with { ClosedAt = Start.AddMinutes(2) };

        var trip = new TripBook(Account, true, Point, [position]).Follow([Fill(false, 1, 110, pnl: 60), Fill(false, 2, 112, pnl: 80),
            Fill(true, 1, 90)]).ShouldHaveSingleItem();

        (trip.Side, trip.Qty, trip.EntryPrice, trip.EntryAt, trip.NetPnl, trip.PositionId)
            .ShouldBe(("BUY", 3m, 99m, position.OpenedAt, 140m, position.Id));
    }

    [Fact]
    public void A_close_of_something_that_nobody_knows_is_a_trade_without_entry_and_opens_nothing()
    {
        var trips = Follow(Fill(false, 1, 110, pnl: 60), Fill(true, 1, 100), Fill(false, 1, 101, pnl: 50));

        trips.Select(trip => (trip.Side, trip.EntryAt is null, trip.NetPnl)).ShouldBe([("BUY", true, 60m), ("BUY", false, 50m)]);
    }

    [Fact]
    public void Slippage_is_what_entry_and_exit_were_worse_than_the_signals_said()
    {
        var trip = Follow(Fill(true, 2, 100.5m, signal: 100), Fill(false, 1, 110, signal: 110.25m), Fill(false, 1, 111))
            .ShouldHaveSingleItem();

        // Two ticks on entry, one on the half of the exit that had a price; 0.5 × 2 + 0.25 × 1 points in money.
        (trip.SlippageTicks, trip.SlippageMoney).ShouldBe((3m, 62.5m));
    }

    [Fact]
    public void A_better_fill_is_less_than_nothing() =>
        Follow(Fill(false, 1, 100.25m, signal: 100), Fill(true, 1, 90)).ShouldHaveSingleItem().SlippageTicks.ShouldBe(-1m);

    [Fact]
    public void What_was_made_is_told_in_units_of_what_the_entries_would_have_lost_at_their_stops()
    {
        // 2 points on one and 1 on the other, of 50 each: 150. 20 points were made, less 10 of fees.
        var trip = Follow(Fill(false, 1, 100, stop: 102), Fill(false, 1, 99, stop: 100), Fill(true, 2, 89.5m, fees: 10))
            .ShouldHaveSingleItem();

        (trip.NetPnl, trip.Risk, trip.RMultiple).ShouldBe((990m, 150m, 6.6m));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("100")]
    [InlineData("101")]
    public void An_entry_without_a_stop_or_filled_beyond_it_leaves_the_risk_unknown(string? stop)
    {
        var second = stop is null ? (decimal?)null : decimal.Parse(stop, System.Globalization.CultureInfo.InvariantCulture);

        var trip = Follow(Fill(true, 1, 100, stop: 98), Fill(true, 1, 100, stop: second), Fill(false, 2, 101)).ShouldHaveSingleItem();

        (trip.NetPnl, trip.Risk, trip.RMultiple).ShouldBe((100m, null, null));
    }

    [Fact]
    public void What_turns_round_risks_its_own_part_alone()
    {
        var trips = Follow(Fill(true, 2, 100, stop: 99), Fill(false, 5, 101, stop: 103), Fill(true, 3, 100));

        trips.Select(trip => (trip.Risk, trip.RMultiple)).ShouldBe([(100m, 1m), (300m, 0.5m)]);
    }

    [Fact]
    public void Nobody_guesses_a_risk_in_another_currency_or_of_an_entry_that_was_not_seen()
    {
        new TripBook(Account, true, Point with { Money = null }, []).Follow([Fill(true, 1, 100, stop: 99), Fill(false, 1, 110, pnl: 20)])
            .ShouldHaveSingleItem().Risk.ShouldBeNull();
        Follow(Fill(false, 1, 110, pnl: 60, stop: 112)).ShouldHaveSingleItem().Risk.ShouldBeNull();
    }

    [Fact]
    public void A_position_that_no_fill_tells_of_has_the_stop_of_its_order()
    {
        var position = Position(true) with { Stop = 97, RealizedPnl = -600, IsUntold = true };

        var trip = PositionTrip.Of(position, Start, Point);

        (trip.Risk, trip.RMultiple).ShouldBe((300m, -2m));
        PositionTrip.Of(position with { Stop = null }, Start, Point).RMultiple.ShouldBeNull();
    }

    private List<RoundTrip> Follow(params Fill[] fills) => new TripBook(Account, true, Point, []).Follow(fills);

    private Fill Fill(
        bool isBuy, decimal qty, decimal price, decimal fees = 0, decimal? pnl = null, decimal? signal = null, decimal? stop = null)
    {
        number++;
        return new Fill(number, $"F{number}", Start.AddMinutes(number), "MES", null, isBuy, qty, price, fees, pnl, signal,
            stop, null, null);
    }

    private static BookedPosition Position(bool isLong) => new()
    {
        Id = Guid.Parse("0198d9a2-0000-7000-8000-000000000002"), Key = "P1", Symbol = "MES", IsLong = isLong, Qty = 3, EntryPrice = 99,
            OpenedAt = Start.AddDays(-2),
        ClosedAt = null, LastPrice = 112, RealizedPnl = null, Webhook = null, Stop = null, Strategy = null, ClosedQty = 0,
        ClosedPrice = null, ClosedWhole = false, IsUntold = false,
    };
}
