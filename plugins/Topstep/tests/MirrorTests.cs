using TradeFlow.Plugins.Topstep.Commands;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Streaming;

namespace TradeFlow.Plugins.Topstep.Tests;

/// <summary>Readings take their time, and events come meanwhile.</summary>
public sealed class MirrorTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 15, 0, 0, TimeSpan.Zero);

    private readonly Mirror mirror = new(TimeProvider.System);

    [Fact]
    public void What_was_told_while_a_reading_was_under_way_stays()
    {
        mirror.Reset(Reading(At, [Position(1), Position(2)], [Order(11), Order(12)], 100m), mirror.Moment);
        var since = mirror.Moment;
        mirror.Take(Position(1) with { Size = 0 });
        mirror.Take(Position(3));
        mirror.Take(Order(11) with { Status = 3 });
        mirror.Take(Order(13));
        mirror.Take(new WireAccount(1, null, 90m, null, null, null));

        var (now, gone) = mirror.Reset(Reading(At.AddSeconds(1), [Position(1)], [Order(11)], 100m), since);

        gone.Select(position => position.Id).ShouldBe([2L]);
        now.Positions.Select(position => position.Id).ShouldBe([3L]);
        now.Orders.Select(order => order.Id).ShouldBe([13L]);
        now.Account.Balance.ShouldBe(90m);
        // A reading that began after them knows better.
        mirror.Reset(Reading(At.AddSeconds(2), [Position(1)], [Order(11)], 100m), mirror.Moment)
            .Now.Positions.Select(position => position.Id).ShouldBe([1L]);
    }

    [Fact]
    public void A_reading_that_began_before_another_one_changes_nothing_after_it()
    {
        mirror.Reset(Reading(At.AddSeconds(1), [Position(1)], [Order(11)], 100m), mirror.Moment);

        mirror.Reset(Reading(At, [], [], 200m), mirror.Moment).Gone.ShouldBeEmpty();

        mirror.Positions.Select(position => position.Id).ShouldBe([1L]);
        mirror.Take(Order(11) with { FillVolume = 1 }).ShouldBeTrue("it has not ended");
    }

    [Fact]
    public void A_position_that_turned_round_is_another_one_whatever_its_size()
    {
        mirror.Reset(Reading(At, [Position(1)], [], 100m), mirror.Moment);

        mirror.Shows([Position(1)]).ShouldBeTrue();
        mirror.Shows([Position(1) with { Type = 3 - Position(1).Type }]).ShouldBeFalse();
    }

    [Fact]
    public void It_is_vouched_for_as_long_as_it_says_and_not_when_there_is_a_doubt()
    {
        mirror.Reset(Reading(At, [Position(1)], [], 100m), mirror.Moment);
        mirror.Whole(At).ShouldBeNull();

        mirror.Vouch(At.AddSeconds(30));

        mirror.Whole(At.AddSeconds(29)).ShouldNotBeNull().Positions.Count.ShouldBe(1);
        mirror.Whole(At.AddSeconds(30)).ShouldBeNull();
        mirror.Doubt();
        mirror.Whole(At.AddSeconds(1)).ShouldBeNull();
    }

    private static Reading Reading(DateTimeOffset at, IReadOnlyList<WirePosition> positions, IReadOnlyList<WireOrder> orders,
        decimal balance) =>
        new(at, positions, orders, [], new WireAccount(1, "one", balance, true, true, true));

    private static WirePosition Position(long id) => new() { Id = id, ContractId = $"CON.F.US.MES.Z{id}", Type = 1, Size = 1,
        AveragePrice = 6000m, CreationTimestamp = At };

    private static WireOrder Order(long id) => new() { Id = id, ContractId = "CON.F.US.MES.Z26", Status = 1, Type = 1, Side = 0, Size = 2,
        LimitPrice = 5900m, CreationTimestamp = At, UpdateTimestamp = At };
}
