using TradeFlow.Plugins.Topstep.Session;
using TradeFlow.Plugins.Topstep.Streaming;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

/// <summary>
/// When the account is read beside its hub, under whatever the hub does; a quarter of a second a step, as the stream goes.
/// </summary>
public sealed class LookPlanTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly DeskClock clock = new();
    private readonly StreamAllowance allowance = new();
    private readonly LookPlan plan;
    private int streams = 1;

    public LookPlanTests()
    {
        plan = new LookPlan(clock, allowance, () => streams);
        plan.Up();
        plan.Looked(clock.GetUtcNow());
    }

    [Fact]
    public void A_hub_that_lives_costs_a_check_every_four_seconds()
    {
        var (looks, checks) = Pass(TimeSpan.FromMinutes(1));

        (looks, checks).ShouldBe((0, 15));
    }

    [Fact]
    public void A_hub_that_is_away_is_read_around_within_the_allowance_and_begins_one_outage()
    {
        var begun = plan.Down();
        var (looks, checks) = Pass(TimeSpan.FromMinutes(5));

        begun.ShouldBeTrue();
        plan.Down().ShouldBeFalse();
        looks.ShouldBeInRange(25, 35);
        (looks * StreamAllowance.LookCost + checks).ShouldBeLessThanOrEqualTo(5 * 60);
    }

    [Fact]
    public void A_hub_that_is_cut_seven_times_a_second_costs_no_more_and_is_one_outage()
    {
        var gaps = 0;
        var (looks, checks) = Pass(TimeSpan.FromMinutes(2), _ =>
        {
            plan.Up();
            if (plan.Down()) gaps++;
        });

        gaps.ShouldBe(1);
        (looks * StreamAllowance.LookCost + checks).ShouldBeLessThanOrEqualTo(2 * 60);
        looks.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void After_the_last_cut_the_positions_are_checked_within_a_second_and_everything_is_looked_at_within_three()
    {
        Pass(TimeSpan.FromSeconds(20), _ =>
        {
            plan.Up();
            plan.Down();
        });

        plan.Up();

        Until(Due.Check).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1.25));
        Until(Due.Look).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void An_outage_is_over_when_the_link_has_lived_and_the_next_cut_is_another()
    {
        plan.Down().ShouldBeTrue();
        plan.Up();
        Pass(TimeSpan.FromSeconds(5));
        plan.Down().ShouldBeFalse();
        plan.Up();
        Pass(TimeSpan.FromSeconds(20));

        plan.Down().ShouldBeTrue();
    }

    [Fact]
    public void What_the_hub_did_not_tell_brings_a_look_but_not_one_after_the_other()
    {
        Pass(TimeSpan.FromSeconds(10));
        var (looks, _) = Pass(TimeSpan.FromSeconds(6), _ => plan.Surprise());

        looks.ShouldBeInRange(2, 3);
    }

    [Fact]
    public void Five_streams_of_a_user_share_what_one_has()
    {
        streams = 5;
        var plans = Enumerable.Range(0, 5).Select(_ => new LookPlan(clock, allowance, () => streams)).ToList();
        foreach (var other in plans) other.Down();
        var reads = 0;
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(3); passed += Step)
        {
            clock.Move(Step);
            foreach (var other in plans) reads += Take(other) switch { Due.Look => StreamAllowance.LookCost, Due.Check => 1, _ => 0 };
        }

        reads.ShouldBeInRange(60, 3 * 60);
    }

    [Fact]
    public void The_gateway_is_left_alone_as_long_as_it_asks()
    {
        plan.Down();
        plan.Failed(TimeSpan.FromSeconds(30));

        Pass(TimeSpan.FromSeconds(29)).ShouldBe((0, 0));
        Until(Due.Check).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_gateway_that_refuses_for_minutes_is_asked_with_one_call_and_looked_at_as_soon_as_it_answers()
    {
        plan.Down();
        var asked = 0;
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(3); passed += Step)
        {
            clock.Move(Step);
            var due = plan.Take();
            if (due is Due.Nothing) continue;
            asked += due is Due.Look ? StreamAllowance.LookCost : 1;
            plan.Failed(null);
        }

        asked.ShouldBeLessThan(3 * 35);
        Until(Due.Check).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(2));
        plan.Surprise();
        Until(Due.Look).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public void Looks_that_fail_where_checks_do_not_leave_the_checks_as_they_are()
    {
        plan.Down();
        var checks = 0;
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(2); passed += Step)
        {
            clock.Move(Step);
            switch (plan.Take())
            {
                case Due.Look:
                    plan.Failed(null);
                    break;
                case Due.Check:
                    checks++;
                    plan.Checked(clock.GetUtcNow());
                    break;
            }
        }

        checks.ShouldBeInRange(45, 64);
    }

    [Fact]
    public void A_reading_counts_for_what_happened_before_it_began()
    {
        plan.Down();
        Until(Due.Look);
        plan.Up();
        var begun = clock.GetUtcNow();
        clock.Move(Step);
        plan.News();
        plan.Surprise();

        plan.Looked(begun);

        plan.IsWhole.ShouldBeFalse();
        Until(Due.Check).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
        Until(Due.Look).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(3));
        plan.IsWhole.ShouldBeTrue();
    }

    [Fact]
    public void A_new_link_is_checked_once_though_reads_are_kept_back()
    {
        plan.Down();
        plan.Failed(TimeSpan.FromMinutes(2));
        clock.Move(Step);
        plan.Up();
        clock.Move(Step);

        plan.Take().ShouldBe(Due.Recheck);

        plan.Checked(clock.GetUtcNow());
        plan.Failed(TimeSpan.FromMinutes(2));
        Until(Due.Recheck).ShouldBe(TimeSpan.MaxValue, "it has been checked");
        // Links that are cut again and again use up no log-ins.
        var rechecks = 0;
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromSeconds(45); passed += Step)
        {
            clock.Move(Step);
            plan.Down();
            plan.Up();
            if (plan.Take() is Due.Recheck) rechecks++;
        }
        rechecks.ShouldBeInRange(2, 3);
    }

    private (int Looks, int Checks) Pass(TimeSpan time, Action<TimeSpan>? each = null)
    {
        var (looks, checks) = (0, 0);
        for (var passed = TimeSpan.Zero; passed < time; passed += Step)
        {
            clock.Move(Step);
            each?.Invoke(passed);
            switch (Take(plan))
            {
                case Due.Look:
                    looks++;
                    break;
                case Due.Check:
                    checks++;
                    break;
            }
        }
        return (looks, checks);
    }

    private TimeSpan Until(Due wanted)
    {
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(1); passed += Step)
        {
            if (Take(plan) == wanted) return passed;
            clock.Move(Step);
        }
        return TimeSpan.MaxValue;
    }

    // As the stream does: what was taken is read, and reading goes well.
    private Due Take(LookPlan plan)
    {
        var due = plan.Take();
        if (due is Due.Look) plan.Looked(clock.GetUtcNow());
        if (due is Due.Check) plan.Checked(clock.GetUtcNow());
        return due;
    }
}
