using System.Text;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.FanOut;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Contracts;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Strategies;

/// <summary>One message, as the accounts of a strategy read it.</summary>
public sealed class FollowerSizingTests
{
    private static readonly StrategyMark Mark = new(Guid.NewGuid(), "Trend", Guid.NewGuid());
    private static readonly DialectList Dialects = new();

    [Fact]
    public void An_account_with_a_size_of_its_own_enters_that_and_gets_out_of_all_where_a_part_is_named()
    {
        var own = Of(new FollowerSize("qty", 0.3m));

        var open = Read("""{"intent":{"side":"buy","symbol":"EURUSD","qty":5}}""", own);
        (open.Qty, open.Size).ShouldBe((null, new SizeRule(SizeMode.Quantity, 0.3m)));
        Read("""{"intent":{"action":"close","symbol":"EURUSD","qty":2}}""", own).Qty
            .ShouldBeNull("which part of the account's position that is nobody knows");
        var target =
            Read(
                """{"intent":{"action":"target","symbol":"EURUSD","position":"long","position_size":4,"prev_position":"long","prev_position_size":2}}""",
                own);
        (target.Size, target.Target!.Size, target.Target.PreviousSize).ShouldBe((new SizeRule(SizeMode.Quantity, 0.3m), 4m, 2m),
            "it scales in proportion");
        var flat = Read("""{"intent":{"action":"target","symbol":"EURUSD","position":"flat"}}""", own);
        (flat.IsExit, flat.Size).ShouldBe((true, null));
    }

    [Fact]
    public void An_account_that_takes_the_signals_size_multiplies_it()
    {
        var half = Of(null, 0.5m);

        var open = Read("""{"intent":{"side":"buy","symbol":"EURUSD","qty":5}}""", half);
        (open.Qty, open.Factor, open.Strategy).ShouldBe((5m, 0.5m, Mark));
        Read("""{"intent":{"action":"close","symbol":"EURUSD","qty":2}}""", half).Factor.ShouldBe(0.5m);
        Read("""{"intent":{"side":"buy","symbol":"EURUSD","qty":5}}""", Of(null)).Factor.ShouldBeNull();
    }

    [Fact]
    public void What_a_message_of_another_tool_leaves_to_the_account_its_own_size_says()
    {
        const string text = """{"ticker":"EURUSD","action":"buy"}""";

        var (without, with) = (Alert(text, Of(null)), Alert(text, Of(new FollowerSize("risk_money", 50))));

        without.Gaps!.Size.ShouldNotBeNull();
        with.Gaps?.Size.ShouldBeNull();
        with.Intent!.Size.ShouldBe(new SizeRule(SizeMode.RiskMoney, 50));
    }

    private static TradeIntent Read(string text, Follower follower) => Alert(text, follower).Intent!; // the texts are sound

    private static AlertReading Alert(string text, Follower follower)
    {
        var alert = Dialects.Read(Encoding.UTF8.GetBytes(text));
        alert.Errors.ShouldBeNull();
        FollowerSizing.Apply(alert, follower, Mark);
        return alert;
    }

    private static Follower Of(FollowerSize? size, decimal multiplier = 1) => new()
    {
        Account = new AccountId(Guid.NewGuid()), Size = size, Multiplier = multiplier, IsActive = true, IsRecord = false, Place = 1,
    };
}
