using Microsoft.Extensions.Options;
using TradeFlow.Platform.Connectors.Agents;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tests.Connectors;

public sealed class BeatPaceTests
{
    private static readonly AccountId One = new(Guid.NewGuid());
    private readonly HandClock clock = new();
    private readonly BeatPace pace;

    public BeatPaceTests() => pace = new BeatPace(Options.Create(new AgentOptions()), clock);

    [Fact]
    [Trait("Control", "R1")]
    public void Three_reports_a_second_are_taken_and_more_are_not()
    {
        for (var beat = 0; beat < 3; beat++) Beat(One).ShouldBeTrue();
        Beat(One).ShouldBeFalse();

        clock.Advance(TimeSpan.FromMilliseconds(340));
        Beat(One).ShouldBeTrue();
        Beat(One).ShouldBeFalse();

        clock.Advance(TimeSpan.FromMinutes(5));
        for (var beat = 0; beat < 3; beat++) Beat(One).ShouldBeTrue();
        Beat(One).ShouldBeFalse();
    }

    [Fact]
    [Trait("Control", "R1")]
    public void A_report_waits_for_no_other_of_its_account_and_is_refused_while_one_is_read()
    {
        using (pace.TryBegin(One).ShouldNotBeNull())
        {
            pace.TryBegin(One).ShouldBeNull();
            Beat(new AccountId(Guid.NewGuid())).ShouldBeTrue();
            clock.Advance(TimeSpan.FromMinutes(2));
            // Neither is it forgotten while it is read.
            Beat(new AccountId(Guid.NewGuid())).ShouldBeTrue();
            pace.TryBegin(One).ShouldBeNull();
        }
        Beat(One).ShouldBeTrue();
    }

    private bool Beat(AccountId account)
    {
        using var turn = pace.TryBegin(account);
        return turn is not null;
    }
}
